import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type KeyUsage,
  type PathOptions,
  type PathReport,
  type PeerName,
  PkiError,
  parseCrl,
  parsePem,
  validatePath,
} from '@tra/pki';
import type { SuiteResult } from './pkits.ts';

/** A test case of x509-limbo, as far as it is used here. */
interface LimboCase {
  id: string;
  features: string[];
  validation_kind: 'SERVER' | 'CLIENT';
  trusted_certs: string[];
  untrusted_intermediates: string[];
  peer_certificate: string;
  validation_time: string | null;
  signature_algorithms: string[];
  key_usage: string[];
  extended_key_usage: string[];
  expected_result: 'SUCCESS' | 'FAILURE';
  expected_peer_name: LimboName | null;
  expected_peer_names: LimboName[];
  max_chain_depth: number | null;
  crls?: string[];
}

interface LimboName {
  kind: 'RFC822' | 'DNS' | 'IP';
  value: string;
}

/** Outcome of one case; `context` says why. */
interface LimboOutcome {
  id: string;
  actual_result: 'SUCCESS' | 'FAILURE' | 'SKIPPED';
  context: string | null;
}

/** Figures of a run: those of `webpki::` cases are counted apart. */
interface LimboResult extends SuiteResult {
  skipped: number;
  webpki: { cases: number; agree: number; falseAccept: number; falseReject: number };
  slowest: { id: string; milliseconds: number };
}

const purposes: Readonly<Record<string, string>> = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
};

/** Optional behaviour that this product does not have. */
const unsupported: ReadonlyMap<string, string> = new Map([
  ['has-mldsa', 'ML-DSA signatures cannot be verified with the OpenSSL of Node 20'],
  ['no-cert-policies', 'certificate policies are supported'],
]);

/** Answers the cases of a limbo.json, in their order. */
function* answers(cases: readonly LimboCase[]): Generator<readonly [LimboCase, LimboOutcome, number]> {
  for (const test of cases) {
    const start = process.cpuUsage();
    const outcome = answer(test);
    const used = process.cpuUsage(start);
    yield [test, outcome, (used.user + used.system) / 1000];
  }
}

function answer(test: LimboCase): LimboOutcome {
  const reason = reasonToSkip(test);
  if (reason !== undefined) return { id: test.id, actual_result: 'SKIPPED', context: reason };
  let report: PathReport;
  try {
    report = validatePath(optionsOf(test));
  } catch (error) {
    return { id: test.id, actual_result: 'FAILURE', context: `input cannot be read: ${String(error)}` };
  }
  const { code, params, verdict } = report;
  if (verdict === 'passed') return { id: test.id, actual_result: 'SUCCESS', context: null };
  return { id: test.id, actual_result: 'FAILURE', context: `${verdict} ${code} ${JSON.stringify(params)}` };
}

function reasonToSkip({ extended_key_usage, features, signature_algorithms }: LimboCase): string | undefined {
  for (const feature of features) {
    const reason = unsupported.get(feature);
    if (reason !== undefined) return `${feature}: ${reason}`;
  }
  if (signature_algorithms.length > 0) return 'a list of acceptable signature algorithms is not supported';
  const unknown = extended_key_usage.find((name) => purposes[name] === undefined);
  return unknown === undefined ? undefined : `the extended key usage ${unknown} is not known`;
}

function optionsOf(test: LimboCase): PathOptions {
  const certificates = (pems: readonly string[]): Uint8Array[] => pems.flatMap((pem) => parsePem(pem, 'CERTIFICATE'));
  const [certificate = new Uint8Array(0)] = certificates([test.peer_certificate]);
  const crls = (test.crls ?? []).flatMap((pem) => parsePem(pem));
  const names = [...(test.expected_peer_name ? [test.expected_peer_name] : []), ...test.expected_peer_names];
  return {
    certificate,
    intermediates: certificates(test.untrusted_intermediates),
    anchors: certificates(test.trusted_certs),
    crls,
    at: test.validation_time === null ? new Date() : new Date(test.validation_time),
    // The namespace says whose profile the verdict is of.
    profile: test.id.startsWith('webpki::') ? 'webpki' : test.id.startsWith('smime::') ? 'smime' : 'rfc5280',
    purpose: test.extended_key_usage.length > 0 ? 'any' : purposeOf(test),
    peerNames: names.map(peerName),
    requiredKeyUsage: test.key_usage.map(keyUsage),
    requiredPurposes: test.extended_key_usage.map((name) => purposes[name] ?? name),
    // A case is about revocation when it holds a CRL, and what does not even have the form of one is none.
    revocation: crls.some(isCrl) ? 'require' : 'off',
    ...(test.max_chain_depth === null ? {} : { maxDepth: test.max_chain_depth }),
  };
}

function purposeOf({ validation_kind }: LimboCase): PathOptions['purpose'] {
  return validation_kind === 'SERVER' ? 'server-authentication' : 'client-authentication';
}

function keyUsage(name: string): KeyUsage {
  return name === 'contentCommitment' ? 'nonRepudiation' : (name as KeyUsage);
}

function peerName({ kind, value }: LimboName): PeerName {
  if (kind === 'RFC822') return { email: value };
  // A client takes what looks like an address for one.
  const address = kind === 'IP' || /^\d+(?:\.\d+){3}$/.test(value) || value.includes(':');
  return address ? { ip: value } : { dns: value };
}

/** Whether bytes are a CRL at all by RFC 5280 section 5.1.2: of a known version, with both times in the types that it wants. */
function isCrl(der: Uint8Array): boolean {
  try {
    return parseCrl(der).nextUpdate !== undefined;
  } catch (error) {
    return !(error instanceof PkiError && ['version', 'time_form'].includes(String(error.params.reason)));
  }
}

function readCases(text: string): readonly LimboCase[] {
  const { version, testcases } = JSON.parse(text) as { version: number; testcases: LimboCase[] };
  if (version !== 1 || testcases.length === 0) throw new Error('no limbo test cases of version 1');
  return testcases;
}

/** The harness form of x509-limbo: limbo.json on standard input, a LimboResult on standard output. */
export function runHarness(): void {
  const results = [...answers(readCases(readFileSync(0, 'utf8')))].map(([, outcome]) => outcome);
  process.stdout.write(`${JSON.stringify({ version: 1, harness: 'tra', results })}\n`);
}

/** x509-limbo: certificate validation in the profiles of RFC 5280 and of the web. Prints each disagreement on standard error. */
export async function run(folder: string): Promise<LimboResult> {
  const cases = readCases(readFileSync(join(folder, 'limbo.json'), 'utf8'));
  const count = () => ({ cases: 0, agree: 0, falseAccept: 0, falseReject: 0 });
  const webpki = count();
  const others = count();
  let skipped = 0;
  let slowest = { id: '', milliseconds: 0 };
  const start = performance.now();
  for (const [test, { actual_result: actual, context }, milliseconds] of answers(cases)) {
    if (milliseconds > slowest.milliseconds) slowest = { id: test.id, milliseconds };
    const figures = test.id.startsWith('webpki::') ? webpki : others;
    if (actual === 'SKIPPED') {
      skipped += 1;
      process.stderr.write(`skipped ${test.id}: ${context ?? ''}\n`);
      continue;
    }
    figures.cases += 1;
    if (actual === test.expected_result) figures.agree += 1;
    else {
      const accepted = actual === 'SUCCESS';
      figures[accepted ? 'falseAccept' : 'falseReject'] += 1;
      const fault = accepted ? (figures === webpki ? 'false accept' : 'FALSE ACCEPT') : 'false reject';
      process.stderr.write(`${fault} ${test.id}: ${context ?? ''}\n`);
    }
  }
  slowest = { ...slowest, milliseconds: Math.round(slowest.milliseconds * 10) / 10 };
  process.stderr.write(`slowest ${slowest.id}: ${slowest.milliseconds} ms of CPU time\n`);
  const seconds = Math.round(performance.now() - start) / 1000;
  return { suite: 'x509-limbo', ...others, error: 0, seconds, skipped, webpki, slowest };
}
