import { createHash } from 'node:crypto';
import {
  CONTENT_TYPE,
  recentSignedData,
  type SignedData,
  type SignerVerification,
  signedDataMaterial,
  verifySignedData,
} from '@tra/cms';
import { type ErrorParams, equalBytes, toHex, type Verdict } from '@tra/kernel';
import {
  type AnchorSet,
  type Certificate,
  type Check,
  type DigestName,
  type GeneralName,
  type PathReport,
  type TrustAnchor,
  validatePath,
  worstStatus,
} from '@tra/pki';
import { imprintFits } from './imprint.ts';
import { readTstInfo, type TstInfo } from './tst-info.ts';

const maximumOcspResponses = 16;

/** Input of {@link verifyToken}. */
export interface VerifyTokenOptions {
  /** CMS ContentInfo in DER, as `parseResponse` gives it. */
  readonly token: Uint8Array;
  /** What was stamped: its digest, or the data itself. Without both the imprint is not compared and the verdict cannot pass. */
  readonly digest?: { readonly algorithm: DigestName; readonly value: Uint8Array };
  readonly data?: Uint8Array | readonly Uint8Array[];
  /** Trusted certificates. */
  readonly anchors: readonly (Uint8Array | TrustAnchor)[] | AnchorSet;
  /** Certificates that may help to build the path, or the authority's own when the token holds none. */
  readonly intermediates?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
  /** OCSP responses beside those in the token, DER. */
  readonly ocspResponses?: readonly Uint8Array[];
  /** When the authority's path is judged; the token's genTime unless told. */
  readonly at?: Date;
  /** Latest instant at which a CRL or an OCSP response may have been issued; `at` unless told. */
  readonly now?: Date;
  /** As in `validatePath`; `require` unless told. */
  readonly revocation?: 'require' | 'prefer' | 'off';
  /** The nonce of the request, content octets, when it is known: the token must carry the same. */
  readonly nonce?: Uint8Array;
  /** Policies that are accepted; any unless told. */
  readonly policies?: readonly string[];
}

/** Result of {@link verifyToken}: a verdict with every reason. */
export interface TokenReport {
  readonly verdict: Verdict;
  /** The decisive check, `timestamp.token_valid` when all passed. */
  readonly code: string;
  readonly params: ErrorParams;
  readonly checks: readonly Check[];
  /** The signed facts; absent when the token cannot be read. They are proven only when the verdict says so. */
  readonly info?: TstInfo;
  readonly genTime?: Date;
  /** The authority's certificate. */
  readonly certificate?: Certificate;
  /** The path from it to an anchor. */
  readonly path?: PathReport;
}

/**
 * Verifies a time-stamp token, our own or a foreign one (RFC 3161 sections 2.2 and 2.4.2, RFC 5816): message imprint, one signer,
 * signature, ESS certificate identifier (v1 or v2), name of the authority, critical time-stamping purpose, path at genTime, nonce, policy,
 * extensions.
 * Never throws: bytes that are no token are a failed report.
 *
 * @example
 * const report = verifyToken({ token, data, anchors: [root], crls });
 * if (report.verdict === 'passed') console.log(report.genTime);
 */
export function verifyToken(options: VerifyTokenOptions): TokenReport {
  let signedData: SignedData;
  let info: TstInfo;
  try {
    signedData = recentSignedData(options.token);
    if (signedData.contentType !== CONTENT_TYPE.tstInfo || !signedData.content)
      throw new TypeError('not a time-stamp token');
    info = readTstInfo(signedData.content);
  } catch {
    return conclude([{ code: 'timestamp.token_unreadable', status: 'failed', clause: 'RFC 3161 2.4.2' }]);
  }
  const checks: Check[] = [imprintCheck(info, options), ...requestChecks(info, options)];
  const [signer, ...others] = verifySignedData(signedData, () => undefined, options.intermediates ?? []);
  if (!signer || others.length > 0) {
    checks.push({ code: 'timestamp.one_signer', status: 'failed', clause: 'RFC 3161 2.4.2' });
    return conclude(checks, { info, genTime: info.genTime });
  }
  checks.push(...signer.checks);
  const { certificate } = signer;
  if (certificate) checks.push(essCheck(signer), ...authorityNameChecks(info, certificate));
  else return conclude(checks, { info, genTime: info.genTime });
  const path = validatePath({
    certificate: certificate.der,
    intermediates: [...signedData.certificates, ...(options.intermediates ?? [])],
    anchors: options.anchors,
    crls: [...(options.crls ?? []), ...signedData.crls],
    ocspResponses: [...(options.ocspResponses ?? []), ...ocspResponsesIn(signedData)],
    at: options.at ?? info.genTime,
    ...(options.now ? { now: options.now } : {}),
    purpose: 'time-stamping',
    revocation: options.revocation ?? 'require',
  });
  checks.push(...path.checks);
  return conclude(checks, { info, genTime: info.genTime, certificate, path });
}

/** Anybody can add to them: they are neither signed nor more than some. */
function ocspResponsesIn(signedData: SignedData): readonly Uint8Array[] {
  return signedDataMaterial(signedData).ocspResponses.slice(0, maximumOcspResponses);
}

function imprintCheck({ imprint }: TstInfo, { digest, data }: VerifyTokenOptions): Check {
  const clause = 'RFC 3161 2.4.2';
  const params = { algorithm: imprint.algorithm ?? imprint.algorithmOid };
  const { algorithm } = imprint;
  if (!algorithm) return { code: 'timestamp.imprint_algorithm_unsupported', status: 'indeterminate', clause, params };
  if (!imprintFits(imprint)) return { code: 'timestamp.imprint_mismatch', status: 'failed', clause, params };
  let expected: Uint8Array | undefined;
  if (data) {
    const hash = createHash(algorithm);
    for (const part of data instanceof Uint8Array ? [data] : data) hash.update(part);
    expected = hash.digest();
  } else if (digest && digest.algorithm !== algorithm) {
    return { code: 'timestamp.imprint_algorithm_differs', status: 'indeterminate', clause, params };
  } else {
    expected = digest?.value;
  }
  if (!expected) return { code: 'timestamp.imprint_not_compared', status: 'indeterminate', clause, params };
  if (!equalBytes(expected, imprint.value))
    return { code: 'timestamp.imprint_mismatch', status: 'failed', clause, params };
  if (algorithm === 'sha1')
    return { code: 'timestamp.imprint_weak', status: 'indeterminate', clause: 'ETSI TS 119 312', params };
  return { code: 'timestamp.imprint_ok', status: 'passed', clause, params };
}

function requestChecks(info: TstInfo, { nonce, policies }: VerifyTokenOptions): readonly Check[] {
  const checks: Check[] = [];
  const clause = 'RFC 3161 2.2, 2.4.2';
  if (nonce) {
    const same = info.nonce !== undefined && toHex(info.nonce) === toHex(nonce);
    checks.push({
      code: same ? 'timestamp.nonce_ok' : 'timestamp.nonce_mismatch',
      status: same ? 'passed' : 'failed',
      clause,
    });
  }
  if (policies) {
    const accepted = policies.includes(info.policy);
    const params = { policy: info.policy };
    checks.push({
      code: accepted ? 'timestamp.policy_ok' : 'timestamp.policy_not_accepted',
      status: accepted ? 'passed' : 'failed',
      clause,
      params,
    });
  }
  const [oid] = info.criticalExtensions;
  if (oid)
    checks.push({ code: 'timestamp.critical_extension', status: 'failed', clause: 'RFC 3161 2.4.2', params: { oid } });
  return checks;
}

/** RFC 3161 section 2.4.2 demands the certificate identifier in every token; without it a certificate could be swapped. */
function essCheck({ essCertificate }: SignerVerification): Check {
  const clause = 'RFC 3161 2.4.2, RFC 5816';
  if (essCertificate === 'absent') return { code: 'timestamp.ess_missing', status: 'failed', clause };
  return { code: 'timestamp.ess_present', status: 'passed', clause };
}

/** RFC 3161 section 2.4.2: the name of the authority, when the token states one, is a name of the subject of its certificate. */
function authorityNameChecks({ tsa, tsaName }: TstInfo, certificate: Certificate): readonly Check[] {
  if (!tsaName) return [];
  const names: readonly GeneralName[] = [
    { kind: 'directory', name: certificate.subject },
    ...certificate.subjectAltNames,
  ];
  const same = names.some((name) => keyOfName(name) === keyOfName(tsaName));
  const params = { name: tsa ?? tsaName.kind };
  const clause = 'RFC 3161 2.4.2';
  if (same) return [{ code: 'timestamp.tsa_name_ok', status: 'passed', clause, params }];
  return [{ code: 'timestamp.tsa_name_mismatch', status: 'failed', clause, params }];
}

/** Equal for names that are the same. */
function keyOfName(name: GeneralName): string {
  switch (name.kind) {
    case 'directory':
      return `directory ${name.name.key}`;
    case 'ip':
      return `ip ${toHex(name.bytes)}`;
    case 'email':
    case 'dns':
      return `${name.kind} ${name.value.toLowerCase()}`;
    case 'other':
      return `other ${name.tagNumber} ${toHex(name.encoded ?? new Uint8Array(0))}`;
    default:
      return `${name.kind} ${name.value}`;
  }
}

function conclude(checks: readonly Check[], facts: Partial<TokenReport> = {}): TokenReport {
  const verdict = worstStatus(checks);
  const decisive = checks.find(({ status }) => status === verdict && status !== 'passed');
  return { verdict, code: decisive?.code ?? 'timestamp.token_valid', params: decisive?.params ?? {}, checks, ...facts };
}
