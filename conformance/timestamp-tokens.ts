import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSignedData } from '@tra/cms';
import { parseCertificate, parsePem } from '@tra/pki';
import { parseRequest, parseResponse, readTstInfo, type TokenReport, verifyToken } from '@tra/timestamp';
import type { SuiteResult } from './pkits.ts';

/** What is true of tokens whose digest is SHA-1 or whose chain is not in the corpus: not proven, and not wrong either. */
const unproven: ReadonlySet<string> = new Set(['timestamp.imprint_weak', 'cms.digest_weak', 'pki.no_anchor']);

interface Case {
  readonly name: string;
  /** `valid`, `intact` (nothing wrong, but not proven) or `refused`. */
  readonly expected: 'valid' | 'intact' | 'refused';
  judge(): TokenReport;
}

function certificatesIn(path: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const text = bytes.toString('latin1');
  return text.includes('-----BEGIN') ? parsePem(text, 'CERTIFICATE') : [new Uint8Array(bytes)];
}

function tokenIn(path: string): Uint8Array {
  const { token } = parseResponse(readFileSync(path));
  if (!token) throw new Error(`${path} holds no token`);
  return token;
}

/** Tokens over the text "hello" with a chain beside them: as they are, with other data, and against a request they do not answer. */
function helloCases(folder: string, names: readonly string[]): Case[] {
  const hello = new TextEncoder().encode('hello');
  const chain = certificatesIn(join(folder, 'ts_chain.pem'));
  const anchors = chain.filter((certificate) => parseCertificate(certificate).isSelfIssued);
  const requestNonce = nonceIn(join(folder, 'request.der'));
  return names.flatMap((name) => {
    const token = tokenIn(join(folder, name));
    const broken = name.includes('invalid-signature');
    const judge = (data: Uint8Array, nonce?: Uint8Array): TokenReport =>
      verifyToken({ token, data, anchors, intermediates: chain, revocation: 'prefer', ...(nonce ? { nonce } : {}) });
    const cases: Case[] = [
      { name, expected: broken ? 'refused' : 'valid', judge: () => judge(hello) },
      { name: `${name} with other data`, expected: 'refused', judge: () => judge(new TextEncoder().encode('hullo')) },
      {
        name: `${name} without trust`,
        expected: 'refused',
        judge: () => verifyToken({ token, data: hello, anchors: [], intermediates: chain }),
      },
    ];
    if (requestNonce)
      cases.push({ name: `${name} for another request`, expected: 'refused', judge: () => judge(hello, requestNonce) });
    return cases;
  });
}

function nonceIn(path: string): Uint8Array | undefined {
  try {
    return parseRequest(readFileSync(path)).nonce;
  } catch {
    return undefined;
  }
}

/** Tokens with SHA-1 imprints and no chain beside them; the one without a certificate was signed by the same authority as the other. */
function signServerCases(folder: string): Case[] {
  const withCertificate = tokenIn(join(folder, 'sample-certreq.tsr'));
  const intermediates = parseSignedData(withCertificate).certificates;
  return [
    ['sample-certreq.tsr', withCertificate],
    ['sample.tsr', tokenIn(join(folder, 'sample.tsr'))],
  ].map(([name, token]) => {
    const { content } = parseSignedData(token as Uint8Array);
    const { nonce } = readTstInfo(content ?? new Uint8Array(0));
    return {
      name: name as string,
      expected: 'intact',
      judge: () =>
        verifyToken({
          token: token as Uint8Array,
          digest: { algorithm: 'sha1', value: new Uint8Array(20) },
          anchors: [],
          intermediates,
          revocation: 'prefer',
          ...(nonce ? { nonce } : {}),
        }),
    };
  });
}

function agrees(expected: Case['expected'], report: TokenReport): boolean {
  if (expected === 'valid') return report.verdict === 'passed';
  if (expected === 'refused') return report.verdict !== 'passed';
  return (
    report.verdict !== 'passed' && report.checks.every(({ code, status }) => status === 'passed' || unproven.has(code))
  );
}

/** Tokens made by other authorities; the file names say what is wrong with them. Prints each disagreement on standard error. */
export async function run(folder: string): Promise<SuiteResult> {
  const start = performance.now();
  const responses = (name: string): string[] => readdirSync(join(folder, name)).filter((file) => file.endsWith('.tsr'));
  const cases = [
    ...helloCases(join(folder, 'sigstage'), responses('sigstage')),
    ...helloCases(join(folder, 'identrust'), responses('identrust')),
    ...signServerCases(join(folder, 'signserver')),
  ];
  const result: SuiteResult = {
    suite: 'timestamp-tokens',
    cases: cases.length,
    agree: 0,
    falseAccept: 0,
    falseReject: 0,
    error: 0,
    seconds: 0,
  };
  for (const { name, expected, judge } of cases) {
    try {
      const report = judge();
      if (agrees(expected, report)) result.agree += 1;
      else {
        result[report.verdict === 'passed' ? 'falseAccept' : 'falseReject'] += 1;
        process.stderr.write(
          `${name}: expected ${expected}, found ${report.verdict} ${report.code} ${JSON.stringify(report.params)}\n`,
        );
      }
    } catch (error) {
      result.error += 1;
      process.stderr.write(`error ${name}: ${String(error)}\n`);
    }
  }
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}
