import type { CertificateData } from '../diagnostic/certificate.ts';
import type { RevocationData } from '../diagnostic/revocation.ts';
import type { DigestMatcherData, SignedToken, TokenId } from '../diagnostic/token.ts';
import type { Block } from './block.ts';
import {
  type CertificateRole,
  certificateAlgorithms,
  certificatePart,
  chainOf,
  isAnchorAt,
  type Process,
  signedAttributesPart,
  type TokenContext,
  tokenAlgorithms,
} from './context.ts';
import {
  type AlgorithmVerdict,
  checkAlgorithms,
  checkReferenceAlgorithms,
  findingOf,
  judgeAlgorithms,
  useOf,
} from './cryptographic.ts';
import { type IdentifiedToken, signerReference, signingReferences } from './identification.ts';
import type { CryptographicFinding } from './report.ts';

/** A token with what it states of other data; revocations state nothing. */
export type CheckedToken = SignedToken &
  Partial<Pick<IdentifiedToken, 'foundCertificates'>> & { readonly digestMatchers?: readonly DigestMatcherData[] };

/** As what the token is judged, and for when its algorithms must have been reliable (milliseconds). */
export interface ObsolescenceOptions {
  readonly context: TokenContext;
  readonly time: number;
}

/** Whose certificate it is in the path of a token. */
export const roleIn = (token: SignedToken, certificate: CertificateData): CertificateRole =>
  certificate.id === token.signingCertificate?.certificate ? 'signing' : 'ca';

const failing = (verdict: AlgorithmVerdict | undefined): boolean => verdict?.problem?.level === 'FAIL';

/**
 * Everything that a token rests on was reliable at `time`: the signature value, the names of its certificates, the digests of the data and the
 * path (EN 319 102-1 clause 5.2.8.4.2.5). Takes one check for each; returns what the first one that fails is about, else the signature value.
 */
export function checkTokenAlgorithms(
  block: Block,
  process: Process,
  token: CheckedToken,
  options: ObsolescenceOptions,
): CryptographicFinding {
  const { context, time } = options;
  const own = checkSignatureValue(block, process, token, options);
  const finding = findingOf(own, time, token.id);
  if (failing(own)) return finding;
  checkNamedCertificates(block, process, token, options);
  const data = checkDataDigests(block, process, token, options);
  if (data && failing(data)) return findingOf(data, time, 'reference');
  const weak = checkPathAlgorithms(block, process, token, { context, time });
  return weak ? findingOf(weak.verdict, time, weak.certificate) : finding;
}

/** The method of signing, its hash and the key. */
export function checkSignatureValue(
  block: Block,
  process: Process,
  token: CheckedToken,
  { context, time }: ObsolescenceOptions,
): AlgorithmVerdict {
  const catalogue = tokenAlgorithms(process, context);
  return checkAlgorithms(block, useOf(token.signature), { part: 'token', time, catalogue });
}

/** The hashes of the signed data. Returns the first verdict that fails. */
export function checkDataDigests(
  block: Block,
  process: Process,
  { digestMatchers = [] }: CheckedToken,
  { context, time }: ObsolescenceOptions,
): AlgorithmVerdict | undefined {
  return checkReferenceAlgorithms(block, digestMatchers, {
    part: 'reference',
    time,
    catalogue: tokenAlgorithms(process, context),
  });
}

/** Every certificate that the signing-certificate attribute names is named with at least one reliable hash. */
export function checkNamedCertificates(
  block: Block,
  process: Process,
  { foundCertificates, ...token }: CheckedToken,
  { context, time }: ObsolescenceOptions,
): void {
  const rule = signedAttributesPart(process, context).signingCertificateDigestAlgorithm;
  if (!rule || !foundCertificates) return;
  const signer = signerReference({ ...token, foundCertificates })?.certificate;
  const all = signingReferences({ ...token, foundCertificates });
  for (const certificate of new Set(all.map((entry) => entry.certificate))) {
    const catalogue = certificateAlgorithms(process, context, certificate === signer ? 'signing' : 'ca');
    const digests = all
      .filter((entry) => entry.certificate === certificate)
      .flatMap(({ reference }) => reference.digest ?? []);
    const best = digests.find(
      ({ algorithm }) => judgeAlgorithms({ digest: algorithm }, time, catalogue).problem === undefined,
    );
    const digest = (best ?? digests[0])?.algorithm;
    if (digest === undefined) continue;
    checkAlgorithms(
      block,
      { digest },
      { part: 'certificate-reference', time, catalogue, token: certificate, atMost: rule.level },
    );
  }
}

/** The certificates of the path below the anchor. Returns the first that fails. */
export function checkPathAlgorithms(
  block: Block,
  process: Process,
  token: SignedToken,
  { context, time }: ObsolescenceOptions,
): { readonly certificate: TokenId; readonly verdict: AlgorithmVerdict } | undefined {
  for (const certificate of pathBelowAnchor(process, token, { context, time })) {
    const verdict = checkAlgorithms(block, useOf(certificate.signature), {
      part: 'certificate',
      time,
      catalogue: certificateAlgorithms(process, context, roleIn(token, certificate)),
      token: certificate.id,
    });
    if (failing(verdict)) return { certificate: certificate.id, verdict };
  }
  return undefined;
}

function pathBelowAnchor(process: Process, token: SignedToken, { context, time }: ObsolescenceOptions) {
  if (token.signingCertificate?.certificate === undefined) return [];
  const chain = chainOf(process, token);
  const end = chain.findIndex((certificate) =>
    isAnchorAt(certificate, time, certificatePart(process, context, roleIn(token, certificate)).sunsetDate),
  );
  return end < 0 ? chain : chain.slice(0, end);
}

/** A revocation and the path of its issuer. */
export function checkRevocationAlgorithms(
  block: Block,
  process: Process,
  revocation: RevocationData,
  time: number,
): CryptographicFinding {
  const options: ObsolescenceOptions = { context: 'revocation', time };
  const own = checkAlgorithms(block, useOf(revocation.signature), {
    part: 'revocation',
    time,
    catalogue: tokenAlgorithms(process, 'revocation'),
    token: revocation.id,
  });
  const finding = findingOf(own, time, revocation.id);
  if (failing(own)) return finding;
  const weak = checkPathAlgorithms(block, process, revocation, options);
  return weak ? findingOf(weak.verdict, time, weak.certificate) : finding;
}

/** The ends of what of a revocation and the path of its issuer is not reliable any more at `time`. */
export function endsOfRevocation(process: Process, revocation: RevocationData, time: number): number[] {
  const verdicts = [judgeAlgorithms(useOf(revocation.signature), time, tokenAlgorithms(process, 'revocation'))];
  for (const certificate of pathBelowAnchor(process, revocation, { context: 'revocation', time })) {
    const catalogue = certificateAlgorithms(process, 'revocation', roleIn(revocation, certificate));
    verdicts.push(judgeAlgorithms(useOf(certificate.signature), time, catalogue));
  }
  return verdicts.filter(failing).flatMap(({ notAfter }) => notAfter ?? []);
}
