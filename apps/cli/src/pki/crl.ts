import { type Check, type Crl, parseCertificate, parseCrl, toPem, verifySignature, worstStatus } from '@tra/pki';
import { systemClock } from '@tra/platform-system';
import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkLines, crlText } from './describe-text.ts';
import { writeNew } from './durable.ts';
import { formatOf, readOne, timeOf } from './files.ts';
import { keyOptions, needed, numberOf, withKeys } from './key-options.ts';
import { entriesOf } from './revoke.ts';
import { continued, prepareCrl, signCrl } from './sign-crl.ts';

/** Options of `tra pki crl`. */
export const crlOptions: OptionTable = {
  ...keyOptions,
  issuer: { type: 'string' },
  cert: { type: 'string', multiple: true },
  at: { type: 'string' },
  number: { type: 'string' },
  days: { type: 'string' },
  revoked: { type: 'string' },
  previous: { type: 'string' },
};

/** `tra pki crl FILE` shows and judges a revocation list, `tra pki crl build` makes one with a local key. */
export async function crl(given: ParsedArguments, context: CommandContext): Promise<number> {
  return given.positionals[1] === 'build' ? await build(given, context) : await judge(given, context);
}

async function judge(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, file] = given.positionals;
  if (!file) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const time = given.text('at');
  const at = time === undefined ? new Date() : timeOf(time);
  const list = parseCrl(await readOne(file, 'X509 CRL'));
  const issuer = given.text('issuer');
  const checks = [
    ...(issuer ? [await signatureCheck(list, issuer)] : []),
    timeCheck(list, at),
    ...(await Promise.all(given.list('cert').map((path) => statusCheck(list, path)))),
  ];
  const verdict = worstStatus(checks);
  const { terminal, say } = context;
  if (format === 'json') {
    const { numberHex, thisUpdate, nextUpdate, size } = list;
    const facts = { issuer: list.issuer.text, numberHex, thisUpdate, nextUpdate, entries: size };
    terminal.stdout.write(`${JSON.stringify({ verdict, ...facts, checks }, null, 2)}\n`);
  } else {
    terminal.stdout.write(`${[crlText(list, say), ...checkLines(checks, context)].join('\n')}\n`);
  }
  return exitStatus[verdict];
}

async function signatureCheck(list: Crl, path: string): Promise<Check> {
  const { subject, publicKey, keyUsage } = parseCertificate(await readOne(path, 'CERTIFICATE'));
  const named = list.issuer.key === subject.key && keyUsage?.has('cRLSign') !== false;
  const ok = named && verifySignature(list.signatureAlgorithm, publicKey, list.signedBytes, list.signature);
  const code = ok ? 'cli.pki.crl.signed' : 'cli.pki.crl.not_signed';
  return { code, status: ok ? 'passed' : 'failed', clause: 'RFC 5280 6.3.3 (g)', params: { issuer: subject.text } };
}

function timeCheck({ thisUpdate, nextUpdate }: Crl, at: Date): Check {
  const current = thisUpdate <= at && (nextUpdate === undefined || at < nextUpdate);
  const code = current ? 'cli.pki.crl.current' : 'cli.pki.crl.not_current';
  return {
    code,
    status: current ? 'passed' : 'indeterminate',
    clause: 'RFC 5280 5.1.2.5',
    params: { time: at.toISOString() },
  };
}

async function statusCheck(list: Crl, path: string): Promise<Check> {
  const { serialHex: serial, issuer } = parseCertificate(await readOne(path, 'CERTIFICATE'));
  const clause = 'RFC 5280 6.3.3';
  if (issuer.key !== list.issuer.key) {
    return { code: 'cli.pki.crl.other_issuer', status: 'indeterminate', clause, params: { serial } };
  }
  const [entry] = list.find(serial);
  if (!entry) return { code: 'cli.pki.crl.not_listed', status: 'passed', clause, params: { serial } };
  const { date, reason = 'unspecified' } = entry;
  return { code: 'cli.pki.crl.listed', status: 'failed', clause, params: { serial, time: date.toISOString(), reason } };
}

async function build(given: ParsedArguments, context: CommandContext): Promise<number> {
  const issuer = await readOne(needed(given, 'issuer', 'CERT'), 'CERTIFICATE');
  if (parseCertificate(issuer).isSelfIssued) throw new UsageError('cli.pki.root_by_ceremony');
  const label = needed(given, 'key', 'LABEL');
  const out = needed(given, 'out', 'FILE');
  const number = numberOf(given, 'number', Number.MAX_SAFE_INTEGER);
  if (number === undefined) throw new UsageError('cli.option_missing', { params: { option: '--number N' } });
  const before = given.text('previous');
  const previous = before === undefined ? undefined : parseCrl(await readOne(before, 'X509 CRL'));
  if (previous) checkPrevious(previous, issuer, number);
  const file = given.text('revoked');
  const added = file === undefined ? [] : await entriesOf(file);
  const thisUpdate = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000);
  const nextUpdate = new Date(thisUpdate.getTime() + (numberOf(given, 'days', 400) ?? 7) * 86_400_000);
  const der = await withKeys(given, context, async (keys) => {
    const signer = await keys.get(label, 'issuing-ca');
    const header = { issuer, signer, number, thisUpdate, nextUpdate };
    const { tbs } = await prepareCrl({ ...header, entries: continued(previous?.der, added) });
    return await signCrl(tbs, signer);
  });
  await writeNew(out, out.endsWith('.pem') ? Buffer.from(toPem('X509 CRL', der)) : der);
  context.terminal.stdout.write(`${crlText(parseCrl(der), context.say)}\n`);
  return exitStatus.passed;
}

/** Numbers of lists of one issuer only grow. */
function checkPrevious(previous: Crl, issuer: Uint8Array, number: number): void {
  const { subject, publicKey } = parseCertificate(issuer);
  const { signatureAlgorithm, signedBytes, signature, numberHex = '0' } = previous;
  const ours = previous.issuer.key === subject.key;
  const right = ours && verifySignature(signatureAlgorithm, publicKey, signedBytes, signature);
  if (right && BigInt(`0x${numberHex}`) < BigInt(number)) return;
  throw new UsageError('cli.pki.value_invalid', { params: { option: '--previous', value: `number ${number}` } });
}
