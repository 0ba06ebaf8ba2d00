import { toHex } from '@tra/kernel';
import { localize } from '@tra/system-validation';
import type { TstInfo } from '@tra/timestamp';
import type { CommandContext } from '../commands.ts';
import { inGroups, safeText } from '../pki/describe-text.ts';

/** The declared accuracy after a time, such as ` ±1 s`; nothing when none is declared. */
export function accuracyText({ accuracy }: Pick<TstInfo, 'accuracy'>): string {
  const { seconds = 0, millis = 0, micros = 0 } = accuracy ?? {};
  if (!accuracy) return '';
  const total = seconds + millis / 1e3 + micros / 1e6;
  return ` ±${Number(total.toFixed(6))} s`;
}

/** What a token says, as data. */
export function infoData(info: TstInfo): Record<string, unknown> {
  const { imprint, nonce } = info;
  return {
    genTime: info.genTime.toISOString(),
    accuracy: info.accuracy,
    policy: info.policy,
    serial: info.serialHex,
    digest: { algorithm: imprint.algorithm ?? imprint.algorithmOid, value: toHex(imprint.value) },
    nonce: nonce && toHex(nonce),
    ordering: info.ordering,
    qualified: info.qualified,
    tsa: info.tsa,
    criticalExtensions: info.criticalExtensions,
  };
}

/** What a token says, a line for each fact. */
export function infoLines(info: TstInfo, { say, language }: CommandContext): readonly string[] {
  const line = (key: string, value: string): string => `  ${say(`cli.timestamp.show.${key}`)}: ${safeText(value)}`;
  const { imprint, nonce, tsa, criticalExtensions } = info;
  const time = info.genTime.toISOString();
  return [
    line('time', `${localize(time, language)} (${time})${accuracyText(info)}`),
    line('digest', imprint.algorithm ?? imprint.algorithmOid),
    inGroups(toHex(imprint.value), '    '),
    line('policy', info.policy),
    line('serial', info.serialHex),
    ...(nonce ? [line('nonce', toHex(nonce))] : []),
    ...(tsa ? [line('tsa', tsa)] : []),
    ...(info.ordering ? [line('ordering', '✓')] : []),
    ...(info.qualified ? [line('qualified', '✓')] : []),
    ...(criticalExtensions.length > 0 ? [line('critical', criticalExtensions.join(', '))] : []),
  ];
}
