import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@tra/kernel';
import { parsePem } from '@tra/pki';
import { type RunningServer, startServer } from '@tra/server';
import { type ValidationReport, validateDocument } from '@tra/signature';
import { createRequest } from '@tra/timestamp';
import { ApiClient } from './api-client.ts';
import { readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { demoApplication } from './demo-application.ts';
import { type ApplicationView, act, apply, untilIssued } from './licence-path.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The demonstration reached an end that it must not reach. */
export class DemoError extends CodedError<'cli.demo.failed'> {}

interface DemoFiles {
  readonly licencePdf: Uint8Array;
  readonly licenceXml: Uint8Array;
  readonly rootPem: Uint8Array;
  readonly chainPem: Uint8Array;
  readonly crl: Uint8Array;
  readonly token: Uint8Array;
}

type Measure = <T>(step: string, work: () => Promise<T>) => Promise<T>;

/** `tra demo --out DIR`: the whole path from an application to a verified licence, on a temporary database. */
export const demo: Command = async (argv, context) => {
  const given = readArguments(argv, { out: { type: 'string' } });
  const out = given.text('out');
  if (!out) throw new UsageError('cli.option_missing', { params: { option: '--out DIR' } });
  await mkdir(out, { recursive: true }).catch((cause) => {
    throw new UsageError('cli.out_not_folder', { params: { folder: out }, cause });
  });
  const data = await mkdtemp(join(tmpdir(), 'tra-demo-'));
  const milliseconds: Record<string, number> = {};
  const measure = stopwatch(milliseconds, context);
  let server: RunningServer | undefined;
  try {
    server = await measure('start', () =>
      startServer({ env: demoEnvironment(context), overrides: demoOverrides(data) }),
    );
    const result = await walk(server.url, measure);
    await writeResult(out, result, milliseconds, context);
  } finally {
    await server?.close();
    await rm(data, { recursive: true, force: true });
  }
  return exitStatus.passed;
};

function demoEnvironment({ terminal }: CommandContext): NodeJS.ProcessEnv {
  const kept = Object.entries(terminal.env).filter(([name]) => !name.startsWith('TRA_'));
  return { ...Object.fromEntries(kept), TRA_TELEMETRY_LEVEL: terminal.env.TRA_TELEMETRY_LEVEL ?? 'error' };
}

function demoOverrides(data: string): { server: Record<string, unknown> } {
  return { server: { data, port: 0, host: '127.0.0.1', demo: true, environment: 'development' } };
}

function stopwatch(milliseconds: Record<string, number>, { terminal, say }: CommandContext): Measure {
  return async (step, work) => {
    const started = performance.now();
    const result = await work();
    milliseconds[step] = Math.round(performance.now() - started);
    terminal.stderr.write(
      `${say('cli.demo.step', { step: say(`cli.demo.${step}`), milliseconds: milliseconds[step] })}\n`,
    );
    return result;
  };
}

async function signedIn(url: string, username: string): Promise<ApiClient> {
  const anyone = new ApiClient(url);
  const accounts = await anyone.json<{ items: { username: string; password: string }[] }>(
    '/api/v1/identity/demo-accounts',
  );
  const password = accounts.items.find((item) => item.username === username)?.password ?? '';
  const client = new ApiClient(url);
  await client.signIn(username, password);
  return client;
}

async function walk(url: string, measure: Measure): Promise<DemoResult> {
  const citizen = await signedIn(url, 'somchai');
  const officer = await signedIn(url, 'officer.anong');
  const approver = await signedIn(url, 'head.wichai');
  let application = await measure('apply', () =>
    apply(citizen, demoApplication.service, demoApplication.data, demoApplication.attachments()),
  );
  application = await measure('pay', () => act(citizen, application, 'pay'));
  application = await measure('decide', async () => {
    const recommended = await act(officer, application, 'recommend');
    return act(approver, recommended, 'approve');
  });
  application = await measure('issue', () => untilIssued(citizen, application));
  return verifyIssued(url, citizen, application, measure);
}

interface DemoResult {
  readonly application: ApplicationView;
  readonly files: DemoFiles;
  readonly licence: ValidationReport;
  readonly tampered: ValidationReport;
  readonly publicRecord: { readonly status: string };
}

async function verifyIssued(
  url: string,
  citizen: ApiClient,
  application: ApplicationView,
  measure: Measure,
): Promise<DemoResult> {
  const licence = application.licence;
  if (!licence) throw new DemoError('cli.demo.failed', { params: { reason: `state ${application.state}` } });
  const files = await measure('fetch', () => fetchFiles(citizen, licence.id));
  const token = await measure('stamp', () => stamp(citizen, files.licencePdf));
  const anchors = parsePem(new TextDecoder().decode(files.rootPem));
  const judge = (bytes: Uint8Array): Promise<ValidationReport> =>
    validateDocument({ bytes, name: 'licence.pdf', anchors, at: new Date() });
  const report = await measure('validate', () => judge(files.licencePdf));
  const tampered = await measure('tamper', () => judge(withOneByteChanged(files.licencePdf)));
  const publicRecord = await measure('verify', () =>
    new ApiClient(url).json<{ status: string }>(`/api/v1/licensing/public-licences/${licence.publicId}`),
  );
  return { application, files: { ...files, token }, licence: report, tampered, publicRecord };
}

async function fetchFiles(client: ApiClient, licenceId: string): Promise<Omit<DemoFiles, 'token'>> {
  const licences = '/api/v1/licensing/licences';
  const [licencePdf, licenceXml, rootPem, chainPem, crl] = await Promise.all([
    client.bytes(`${licences}/${licenceId}/document`),
    client.bytes(`${licences}/${licenceId}/data`),
    client.bytes('/pki/root.pem'),
    client.bytes('/timestamp/chain.pem'),
    client.bytes('/pki/crl/issuing.crl'),
  ]);
  return { licencePdf, licenceXml, rootPem, chainPem, crl };
}

async function stamp(client: ApiClient, bytes: Uint8Array): Promise<Uint8Array> {
  const value = createHash('sha256').update(bytes).digest();
  const body = createRequest({ algorithm: 'sha256', value, nonce: randomBytes(8) });
  return client.bytes('/timestamp', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/timestamp-query' },
  });
}

function withOneByteChanged(pdf: Uint8Array): Uint8Array {
  const copy = pdf.slice();
  const middle = Math.floor(copy.length / 3);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

async function writeResult(
  out: string,
  result: DemoResult,
  milliseconds: Record<string, number>,
  context: CommandContext,
): Promise<void> {
  const { files, licence, tampered, publicRecord, application } = result;
  const verdicts = { licence: licence.verdict, tampered: tampered.verdict, public: publicRecord.status };
  if (verdicts.licence !== 'passed' || verdicts.tampered !== 'failed' || verdicts.public !== 'active') {
    throw new DemoError('cli.demo.failed', { params: { reason: JSON.stringify(verdicts) } });
  }
  const report = { licence, tampered, publicRecord, application, token: { over: 'licence.pdf' }, milliseconds };
  await Promise.all([
    writeFile(join(out, 'licence.pdf'), files.licencePdf),
    writeFile(join(out, 'licence.xml'), files.licenceXml),
    writeFile(join(out, 'token.tsr'), files.token),
    writeFile(join(out, 'root.pem'), files.rootPem),
    writeFile(join(out, 'chain.pem'), files.chainPem),
    writeFile(join(out, 'crl.der'), files.crl),
    writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`),
  ]);
  context.terminal.stdout.write(
    `${JSON.stringify({ out, number: application.licence?.number, verdicts, milliseconds })}\n`,
  );
}
