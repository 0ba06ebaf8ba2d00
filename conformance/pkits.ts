import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PathOptions, validatePath } from '@tra/pki';

/** Figures of one conformance run. */
export interface SuiteResult {
  suite: string;
  cases: number;
  agree: number;
  falseAccept: number;
  falseReject: number;
  error: number;
  seconds: number;
}

export interface PkitsCase {
  id: string;
  name: string;
  cert: string;
  other_certs?: string[];
  crls?: string[];
  revocation?: boolean;
  path_intermediates?: string[];
  error?: { class: string };
  params?: {
    user_initial_policy_set?: string[];
    initial_explicit_policy?: boolean;
    initial_policy_mapping_inhibit?: boolean;
    initial_any_policy_inhibit?: boolean;
  };
}

/** All certificates of the suite are valid at this time, except those made to be expired or not yet valid. */
const at = new Date('2020-01-01T00:00:00Z');

export function optionsOf(folder: string, test: PkitsCase): PathOptions {
  const certificate = (name: string): Uint8Array => readFileSync(join(folder, 'certs', name));
  const crl = (name: string): Uint8Array => readFileSync(join(folder, 'crls', name));
  const { params } = test;
  return {
    certificate: certificate(test.cert),
    intermediates: (test.other_certs ?? []).map(certificate),
    anchors: [certificate('TrustAnchorRootCertificate.crt')],
    crls: [...(test.crls ?? []), 'TrustAnchorRootCRL.crl'].map(crl),
    at,
    purpose: 'any',
    revocation: 'require',
    policies: {
      ...(params?.user_initial_policy_set ? { acceptable: params.user_initial_policy_set } : {}),
      requireExplicit: params?.initial_explicit_policy ?? false,
      inhibitMapping: params?.initial_policy_mapping_inhibit ?? false,
      inhibitAny: params?.initial_any_policy_inhibit ?? false,
    },
  };
}

/** NIST PKITS: path validation of RFC 5280, 247 sub-tests. Prints each disagreement on standard error. */
export async function run(folder: string): Promise<SuiteResult> {
  const tests = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')) as PkitsCase[];
  if (tests.length === 0) throw new Error(`no cases in ${folder}`);
  const result: SuiteResult = {
    suite: 'pkits',
    cases: tests.length,
    agree: 0,
    falseAccept: 0,
    falseReject: 0,
    error: 0,
    seconds: 0,
  };
  const start = performance.now();
  for (const test of tests) {
    try {
      const report = validatePath(optionsOf(folder, test));
      const accepted = report.verdict === 'passed';
      if (accepted === (test.error === undefined)) result.agree += 1;
      else {
        result[accepted ? 'falseAccept' : 'falseReject'] += 1;
        process.stderr.write(
          `${accepted ? 'FALSE ACCEPT' : 'false reject'} ${test.id} ${test.name}: ${report.code} ${JSON.stringify(report.params)}\n`,
        );
      }
    } catch (error) {
      result.error += 1;
      process.stderr.write(`error ${test.id} ${test.name}: ${String(error)}\n`);
    }
  }
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}
