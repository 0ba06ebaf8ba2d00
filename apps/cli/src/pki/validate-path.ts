import type { ErrorParams } from '@tra/kernel';
import {
  type PathOptions,
  type PathProfile,
  type PathPurpose,
  type PathReport,
  type PeerName,
  renderPathReport,
  validatePath,
} from '@tra/pki';
import { localize, localizeParams } from '@tra/system-validation';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { worstOf } from '../validate.ts';
import { formatOf, readAll, readBytes, timeOf } from './files.ts';
import { anchorsOfList } from './trust-list.ts';

/** Options of `tra pki validate`. */
export const validateOptions = {
  trust: { type: 'string', multiple: true },
  'trust-list': { type: 'string' },
  signer: { type: 'string', multiple: true },
  intermediate: { type: 'string', multiple: true },
  crl: { type: 'string', multiple: true },
  ocsp: { type: 'string', multiple: true },
  profile: { type: 'string' },
  purpose: { type: 'string' },
  revocation: { type: 'string' },
  at: { type: 'string' },
  host: { type: 'string', multiple: true },
  email: { type: 'string', multiple: true },
  all: { type: 'boolean' },
} as const;

const profiles: readonly PathProfile[] = ['rfc5280', 'webpki', 'smime', 'tsa', 'document-signing'];
const purposes: readonly PathPurpose[] = [
  'any',
  'document-signing',
  'time-stamping',
  'server-authentication',
  'client-authentication',
  'email-protection',
];
const revocations = ['require', 'prefer', 'off'] as const;

function oneOf<T extends string>(given: ParsedArguments, option: string, choices: readonly T[]): T | undefined {
  const value = given.text(option);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen) return chosen;
  throw new UsageError('cli.pki.value_invalid', { params: { option: `--${option}`, value } });
}

function peerNames(given: ParsedArguments): readonly PeerName[] {
  const hosts = given.list('host').map((name): PeerName => (isAddress(name) ? { ip: name } : { dns: name }));
  return [...hosts, ...given.list('email').map((email): PeerName => ({ email }))];
}

function isAddress(name: string): boolean {
  return /^[0-9.]+$/.test(name) || name.includes(':');
}

/**
 * `tra pki validate CERT…`: whether certificates are valid under what is trusted, with every path that was tried. The first certificate of
 * a file is judged, the others of that file may lie between.
 */
export async function validate(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...files] = given.positionals;
  if (files.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const shared = await sharedOptions(given);
  const results: { readonly file: string; readonly report: PathReport }[] = [];
  for (const file of files) {
    const [certificate = new Uint8Array(0), ...more] = await readAll(file, 'CERTIFICATE');
    const intermediates = [...more, ...shared.intermediates];
    results.push({ file, report: validatePath({ ...shared, certificate, intermediates }) });
  }
  if (format === 'json') context.terminal.stdout.write(`${JSON.stringify(dataOf(results), null, 2)}\n`);
  else context.terminal.stdout.write(`${results.map((one) => textOf(one, given, context)).join('\n\n')}\n`);
  return exitStatus[worstOf(results.map(({ report }) => report.verdict))];
}

async function sharedOptions(given: ParsedArguments): Promise<Omit<PathOptions, 'certificate'>> {
  const all = async (option: string, label: 'CERTIFICATE' | 'X509 CRL') =>
    (await Promise.all(given.list(option).map((file) => readAll(file, label)))).flat();
  const time = given.text('at');
  const at = time === undefined ? new Date() : timeOf(time);
  const profile = oneOf(given, 'profile', profiles);
  const revocation = oneOf(given, 'revocation', revocations);
  const list = given.text('trust-list');
  const listed = list ? await anchorsOfList(list, given.list('signer'), at) : [];
  const names = peerNames(given);
  return {
    anchors: [...(await all('trust', 'CERTIFICATE')), ...listed],
    intermediates: await all('intermediate', 'CERTIFICATE'),
    crls: await all('crl', 'X509 CRL'),
    ocspResponses: await Promise.all(given.list('ocsp').map(readBytes)),
    at,
    purpose: oneOf(given, 'purpose', purposes) ?? (names.length > 0 ? 'server-authentication' : 'any'),
    ...(profile ? { profile } : {}),
    ...(revocation ? { revocation } : {}),
    ...(names.length > 0 ? { peerNames: names } : {}),
  };
}

function textOf(
  { file, report }: { readonly file: string; readonly report: PathReport },
  given: ParsedArguments,
  { messages, language, terminal }: CommandContext,
): string {
  const translate = (key: string, params: ErrorParams = {}): string =>
    messages.translate(key, language, localizeParams(params, language));
  const color = terminal.stderr.isTTY === true && terminal.env.NO_COLOR === undefined;
  const formatTime = (time: string): string => `${localize(time, language)} (${time})`;
  return `${file}\n${renderPathReport(report, translate, { all: given.flag('all'), color, formatTime })}`;
}

function dataOf(results: readonly { readonly file: string; readonly report: PathReport }[]): unknown {
  const data = results.map(({ file, report }) => ({
    file,
    verdict: report.verdict,
    code: report.code,
    params: report.params,
    path: report.path.map(({ subject, serialHex }) => ({ subject: subject.text, serial: serialHex })),
    revocation: report.revocation,
    checks: report.checks,
    candidates: report.candidates.map(({ verdict, code, params, path, checks }) => ({
      verdict,
      code,
      params,
      path: path.map(({ subject }) => subject.text),
      checks,
    })),
  }));
  return data.length === 1 ? data[0] : data;
}
