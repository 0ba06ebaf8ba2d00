import { CONTENT_TYPE, recentSignedData, type SignedData, signedDataMaterial, verifySignedData } from '@tra/cms';
import type { ErrorParams, Verdict } from '@tra/kernel';
import {
  type AnchorSet,
  type Certificate,
  type Check,
  type DigestName,
  type PathReport,
  type TrustAnchor,
  validatePath,
  worstStatus,
} from '@tra/pki';
import {
  authorityNameChecks,
  bindingChecks,
  brokenField,
  imprintCheck,
  requestChecks,
  statementChecks,
  strengthChecks,
  usageChecks,
} from './token-checks.ts';
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
  /** The verifier's own clock: a token that is later, by more than it declares and five minutes, is indeterminate. Not compared unless told. */
  readonly clock?: Date;
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
 * signature, ESS certificate identifier (v1 or v2), name of the authority, critical time-stamping purpose, key usages, strength of keys and
 * digests, path at genTime, nonce, policy, extensions.
 * Never throws: bytes that are no token are a failed report.
 *
 * @example
 * const report = verifyToken({ token, data, anchors: [root], crls });
 * if (report.verdict === 'passed') console.log(report.genTime);
 */
export function verifyToken(options: VerifyTokenOptions): TokenReport {
  const read = readToken(options.token);
  if ('code' in read) return conclude([read]);
  const { info, signedData } = read;
  const facts = { info, genTime: info.genTime };
  const checks: Check[] = [
    imprintCheck(info, options),
    ...requestChecks(info, options),
    ...statementChecks(info, options),
  ];
  const [signer, ...others] = verifySignedData(signedData, () => undefined, options.intermediates ?? []);
  if (!signer || others.length > 0) {
    checks.push({ code: 'timestamp.one_signer', status: 'failed', clause: 'RFC 3161 2.4.2' });
    return conclude(checks, facts);
  }
  const { certificate } = signer;
  if (!certificate) {
    if (signer.certificateUnreadable)
      checks.push({ code: 'timestamp.certificate_unreadable', status: 'indeterminate', clause: 'RFC 5280 4.1' });
    return conclude([...checks, ...signer.checks], facts);
  }
  checks.push(...bindingChecks(signer), ...signer.checks, ...authorityNameChecks(info, certificate));
  const path = validatePath({
    certificate: certificate.der,
    // The verifier's own first: anybody can put a thousand namesakes into a token.
    intermediates: [...(options.intermediates ?? []), ...signedData.certificates],
    anchors: options.anchors,
    crls: [...(options.crls ?? []), ...signedData.crls],
    ocspResponses: [...(options.ocspResponses ?? []), ...ocspResponsesIn(signedData)],
    at: options.at ?? info.genTime,
    ...(options.now ? { now: options.now } : {}),
    purpose: 'time-stamping',
    revocation: options.revocation ?? 'require',
  });
  checks.push(...usageChecks(certificate), ...strengthChecks(certificate, path), ...path.checks);
  return conclude(checks, { ...facts, certificate, path });
}

/** What the token is read as, or the check that says what it is instead. */
function readToken(token: Uint8Array): { readonly signedData: SignedData; readonly info: TstInfo } | Check {
  const clause = 'RFC 3161 2.4.2';
  let signedData: SignedData;
  try {
    signedData = recentSignedData(token);
  } catch {
    return { code: 'timestamp.token_unreadable', status: 'failed', clause };
  }
  const { content, contentType } = signedData;
  if (contentType !== CONTENT_TYPE.tstInfo || !content)
    return { code: 'timestamp.not_a_token', status: 'failed', clause, params: { type: contentType } };
  try {
    return { signedData, info: readTstInfo(content) };
  } catch {
    const params = { field: brokenField(content) };
    return { code: 'timestamp.statement_unreadable', status: 'failed', clause, params };
  }
}

/** Anybody can add to them: they are neither signed nor more than some. */
function ocspResponsesIn(signedData: SignedData): readonly Uint8Array[] {
  return signedDataMaterial(signedData).ocspResponses.slice(0, maximumOcspResponses);
}

function conclude(checks: readonly Check[], facts: Partial<TokenReport> = {}): TokenReport {
  const verdict = worstStatus(checks);
  const decisive = checks.find(({ status }) => status === verdict && status !== 'passed');
  return { verdict, code: decisive?.code ?? 'timestamp.token_valid', params: decisive?.params ?? {}, checks, ...facts };
}
