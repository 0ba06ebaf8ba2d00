import type { Language } from '@tra/kernel';
import { formatDateTime, type Messages } from '@tra/platform-i18n';
import type { ChainRecord } from '../chain.ts';
import { inGroups, safeText } from '../describe-text.ts';

type Params = Readonly<Record<string, string | number>>;

/**
 * The transcript as a page to print and sign: every line with its time, hashes in groups to be read aloud, and the head of the chain at
 * the end, which is what holders attest.
 */
export function transcriptText(records: readonly ChainRecord[], messages: Messages, language: Language): string {
  const say = (key: string, params?: Params): string => messages.translate(key, language, params);
  const [opened] = records;
  const title = (opened?.data.title ?? {}) as { readonly [name: string]: string };
  const head = records.at(-1)?.hash ?? '';
  return [
    say('cli.ceremony.text.title'),
    safeText(title[language] ?? ''),
    '',
    ...records.flatMap((record) => [...recordLines(record, { say, language }), '']),
    say('cli.ceremony.text.head'),
    inGroups(head, '    '),
    '',
    say('cli.ceremony.text.sign'),
    ...approversOf(opened).map((name) => `    ${safeText(name)}  ______________________________`),
    '',
  ].join('\n');
}

function approversOf(opened: ChainRecord | undefined): readonly string[] {
  const approvals = opened?.data.approvals;
  if (!Array.isArray(approvals)) return [];
  return approvals.map((approval) => String((approval as { holder?: unknown }).holder));
}

interface Words {
  readonly language: Language;
  say(key: string, params?: Params): string;
}

function recordLines(record: ChainRecord, { say, language }: Words): readonly string[] {
  const { n, time, type, data } = record;
  const params = paramsOf(record);
  const when = `${formatDateTime(time, language)} (${time})`;
  const step = typeof data.step === 'number' ? ` · ${say('cli.ceremony.text.step', { step: data.step })}` : '';
  const hash = typeof data.sha256 === 'string' ? [inGroups(data.sha256, '       ')] : [];
  return [`${n}. ${when}${step}`, `   ${say(keyOf(record), params)}`, ...detailLines(type, data, say), ...hash];
}

const types = ['opened', 'resumed', 'key-wanted', 'key', 'prepared', 'signed', 'destroyed', 'closed'] as const;

function keyOf({ type, data }: ChainRecord): string {
  if (type === 'prepared' || type === 'signed')
    return `cli.ceremony.text.${type}_${data.kind === 'crl' ? 'crl' : 'certificate'}`;
  const known = types.some((name) => name === type);
  return `cli.ceremony.text.${known ? type.replace('-', '_') : 'other'}`;
}

function paramsOf({ type, data }: ChainRecord): Params {
  const shown = Object.entries(data).flatMap(([name, value]): [string, string | number][] => {
    if (typeof value === 'number') return [[name, value]];
    return typeof value === 'string' && value.length <= 500 ? [[name, safeText(value)]] : [];
  });
  return { ...Object.fromEntries(shown), type };
}

function detailLines(type: string, data: ChainRecord['data'], say: Words['say']): readonly string[] {
  if (type === 'opened') {
    const inputs = Array.isArray(data.inputs) ? data.inputs : [];
    const files = inputs.flatMap((input) => {
      const { file = '', sha256 = '' } = input as { file?: string; sha256?: string };
      return [`   ${say('cli.ceremony.text.input', { file: safeText(file) })}`, inGroups(sha256, '       ')];
    });
    const script = [`   ${say('cli.ceremony.text.script')}`, inGroups(String(data.script), '       ')];
    const names = approversOf({ data } as ChainRecord).join(', ');
    return [...script, `   ${say('cli.ceremony.text.approved', { names: safeText(names) })}`, ...files];
  }
  if (type === 'prepared' && data.kind === 'certificate') {
    return [
      `   ${say('cli.pki.show.subject')}: ${safeText(String(data.subject))}`,
      `   ${say('cli.pki.show.serial')}: ${String(data.serial)}`,
      `   ${say('cli.pki.show.valid')}: ${String(data.notBefore)} – ${String(data.notAfter)}`,
    ];
  }
  return [];
}
