import { type Signer, utf8Encode } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { SignatureError, signXml, type Timestamper } from '@tra/signature';
import { buildTrustedList } from './build.ts';
import { TrustListError } from './errors.ts';
import type { TrustedList } from './model.ts';
import { readTrustedList } from './read.ts';
import { maySignLists } from './signer.ts';
import { verifyTrustedList } from './verify.ts';

/** Input of {@link signTrustedList}. */
export interface SignTrustedListOptions {
  /** The list, or its XML as {@link buildTrustedList} gives it. */
  readonly list: TrustedList | string;
  readonly signer: Signer;
  /** The scheme operator's certificate, DER: purpose id-tsl-kp-tslSigning, not a CA. */
  readonly certificate: Uint8Array;
  readonly signingTime: Date;
  /** Adds a signature time-stamp (XAdES-B-T). */
  readonly timestamper?: Timestamper;
}

/**
 * Signs a trusted list: XAdES-B-B, or B-T with a time-stamper, enveloped, with the signer's certificate alone in ds:KeyInfo (ETSI TS 119 612 clause
 * 5.7.1). The result has been verified before it is returned. Throws {@link TrustListError} or `SignatureError`.
 *
 * @example
 * const bytes = await signTrustedList({ list, signer, certificate, signingTime: clock.now() });
 */
export async function signTrustedList(options: SignTrustedListOptions): Promise<Uint8Array> {
  const { certificate, list, signer, signingTime, timestamper } = options;
  if (!maySignLists(parseCertificate(certificate))) throw new TrustListError('trust_list.signer_purpose');
  const xml = utf8Encode(typeof list === 'string' ? list : buildTrustedList(list));
  const { issuedAt } = readTrustedList(xml);
  const bytes = await sign({ xml, signer, certificate, signingTime, ...(timestamper ? { timestamper } : {}) });
  const at = new Date(Math.max(signingTime.getTime(), issuedAt.getTime()));
  const { code, verdict } = verifyTrustedList(bytes, { signers: [certificate], at });
  if (verdict !== 'passed') throw new TrustListError('trust_list.signing_failed', { params: { reason: code } });
  return bytes;
}

async function sign(options: Parameters<typeof signXml>[0]): Promise<Uint8Array> {
  try {
    return await signXml(options);
  } catch (cause) {
    if (!(cause instanceof SignatureError)) throw cause;
    throw new TrustListError('trust_list.signing_failed', { params: { reason: cause.code }, cause });
  }
}
