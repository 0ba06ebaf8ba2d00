import type { TrustAnchor } from '@tra/pki';
import { type TrustedListReport, trustAnchorsOf, verifyTrustedList } from '@tra/trust-list';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkLines, safeText } from './describe-text.ts';
import { formatOf, readAll, readBytes, timeOf } from './files.ts';

/** Options of `tra pki trust-list`. */
export const trustListOptions = {
  signer: { type: 'string', multiple: true },
  at: { type: 'string' },
  'previous-number': { type: 'string' },
} as const;

async function verified(
  file: string,
  signerFiles: readonly string[],
  options: { readonly at: Date; readonly previousSequence?: number },
): Promise<TrustedListReport> {
  if (signerFiles.length === 0) throw new UsageError('cli.option_missing', { params: { option: '--signer CERT' } });
  const signers = (await Promise.all(signerFiles.map((path) => readAll(path, 'CERTIFICATE')))).flat();
  return verifyTrustedList(await readBytes(file), { signers, ...options });
}

/** The trust anchors of a list, which must be valid. Rejects with `cli.pki.list_invalid`. */
export async function anchorsOfList(
  file: string,
  signers: readonly string[],
  at: Date,
): Promise<readonly TrustAnchor[]> {
  const { list, code } = await verified(file, signers, { at: new Date() });
  if (!list) throw new UsageError('cli.pki.list_invalid', { params: { file, reason: code } });
  return trustAnchorsOf(list, { at });
}

/** `tra pki trust-list verify|show FILE --signer CERT`: whether a trusted list can be believed, and what it says. */
export async function trustList(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, verb, file] = given.positionals;
  if (verb !== 'verify' && verb !== 'show') {
    throw new UsageError('cli.pki.verb_unknown', { params: { verb: `trust-list ${verb ?? ''}` } });
  }
  if (!file) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const time = given.text('at');
  const number = given.text('previous-number');
  if (number !== undefined && !/^[0-9]{1,15}$/.test(number)) {
    throw new UsageError('cli.pki.value_invalid', { params: { option: '--previous-number', value: number } });
  }
  const report = await verified(file, given.list('signer'), {
    at: time === undefined ? new Date() : timeOf(time),
    ...(number === undefined ? {} : { previousSequence: Number(number) }),
  });
  const { terminal } = context;
  if (format === 'json') terminal.stdout.write(`${JSON.stringify(dataOf(report, verb), null, 2)}\n`);
  else terminal.stdout.write(`${textOf(report, verb, context)}\n`);
  return exitStatus[report.verdict];
}

function dataOf(
  { verdict, code, params, checks, digest, signingTime, list }: TrustedListReport,
  verb: string,
): unknown {
  const services = list?.providers.flatMap(({ services: own }) => own.map(({ type, status }) => ({ type, status })));
  const facts = { verdict, code, params, digest, signingTime, sequence: list?.sequenceNumber };
  return verb === 'show' ? { ...facts, services } : { ...facts, checks };
}

function textOf(report: TrustedListReport, verb: string, context: CommandContext): string {
  const { list, digest, verdict } = report;
  const { say, language } = context;
  const head = [say(`cli.pki.list.${verdict}`), ...checkLines(report.checks, context)];
  if (!list || verb !== 'show') return [...head, `  SHA-256: ${digest}`].join('\n');
  const word = (texts: readonly { readonly language: string; readonly text: string }[]): string =>
    safeText(
      (texts.find((one) => one.language === language) ?? texts.find((one) => one.language === 'en') ?? texts[0])
        ?.text ?? '–',
    );
  const lines = list.providers.flatMap(({ name, services }) => [
    `  ${word(name)}`,
    ...services.map((service) => `    ${word(service.name)} — ${lastPart(service.type)}, ${lastPart(service.status)}`),
  ]);
  return [...head, `  ${say('cli.pki.list.number', { number: list.sequenceNumber })}`, ...lines].join('\n');
}

function lastPart(uri: string): string {
  return safeText(uri.split('/').filter(Boolean).at(-1) ?? uri);
}
