import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import {
  type BasicOcspResponse,
  type Certificate,
  type Crl,
  certIdMatcher,
  isSignedByKey,
  keyBits,
  recentCrl,
  recentOcspResponse,
} from '@tra/pki';
import type { TokenId, TokenOrigin } from '../diagnostic/token.ts';
import type { CertificatePool } from './certificate-pool.ts';
import { crlStatus, type Status } from './crl-status.ts';
import { tokenId } from './ids.ts';

/** A CRL with the certificate whose key signed it. */
export interface PooledCrl {
  readonly type: 'CRL';
  readonly id: TokenId;
  readonly origin: TokenOrigin;
  readonly crl: Crl;
  readonly signer: Certificate | undefined;
  readonly intact: boolean;
}

/** An OCSP response with its responder. */
export interface PooledOcsp {
  readonly type: 'OCSP';
  readonly id: TokenId;
  readonly origin: TokenOrigin;
  readonly basic: BasicOcspResponse;
  readonly signer: Certificate | undefined;
  readonly intact: boolean;
}

export type PooledRevocation = PooledCrl | PooledOcsp;

/** What a revocation says of one certificate. */
export interface FoundStatus extends Status {
  readonly revocation: PooledRevocation;
}

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const maximumRevocations = 512;
const maximumVerifications = 512;
/** By how much the clock of an issuer may be ahead. */
const skewMs = 300_000;

/** CRLs and OCSP responses at hand. What was issued after the time of judgement is left out. */
export class RevocationPool {
  readonly #pool: CertificatePool;
  readonly #latest: number;
  readonly #crls: Map<TokenId, PooledCrl> = new Map();
  readonly #answers: Map<TokenId, PooledOcsp> = new Map();
  readonly #seen: Set<TokenId> = new Set();
  #left: number = maximumVerifications;

  constructor(pool: CertificatePool, at: Date) {
    this.#pool = pool;
    this.#latest = at.getTime() + skewMs;
  }

  /** Takes a CRL in; false when it cannot be read or comes too late to count. */
  addCrl(der: Uint8Array, origin: TokenOrigin): boolean {
    const id = tokenId(der);
    if (this.#crls.has(id)) return true;
    if (!this.#isNew(id)) return false;
    const crl = safely(() => recentCrl(der));
    if (!crl || crl.thisUpdate.getTime() > this.#latest) return false;
    this.#crls.set(id, { type: 'CRL', id, origin, crl, ...this.#signerOfCrl(crl) });
    return true;
  }

  /** Takes an OCSP response in, as {@link RevocationPool.addCrl}; certificates inside were added to the pool before. */
  addOcsp(der: Uint8Array, origin: TokenOrigin): boolean {
    const id = tokenId(der);
    if (this.#answers.has(id)) return true;
    if (!this.#isNew(id)) return false;
    const basic = safely(() => recentOcspResponse(der))?.basic;
    if (!basic || basic.producedAt.getTime() > this.#latest) return false;
    const sent = basic.certificates.slice(0, 8).flatMap((one) => this.#pool.add(one) ?? []);
    this.#answers.set(id, { type: 'OCSP', id, origin, basic, ...this.#signerOfAnswer(basic, sent) });
    return true;
  }

  /** A revocation by its id. */
  get(id: TokenId): PooledRevocation | undefined {
    return this.#crls.get(id) ?? this.#answers.get(id);
  }

  /** What the revocations say of a certificate, those only that speak about it and whose signer may. */
  statusesOf(certificate: Certificate): readonly FoundStatus[] {
    const chain = this.#pool.chainOf(certificate);
    const [, issuer] = chain;
    if (!issuer) return [];
    return [...this.#crlStatuses(certificate, chain), ...this.#answersAbout(certificate, issuer)];
  }

  #isNew(id: TokenId): boolean {
    if (this.#seen.has(id) || this.#seen.size >= maximumRevocations) return false;
    this.#seen.add(id);
    return true;
  }

  #isSignedBy(signed: Crl | BasicOcspResponse, signer: Certificate): boolean {
    this.#left -= 1;
    return this.#left >= 0 && isSignedByKey(signed, signer.publicKey);
  }

  #signerOfCrl(crl: Crl): Pick<PooledCrl, 'signer' | 'intact'> {
    const named = this.#pool.withSubject(crl.issuer.key).filter(({ keyUsage }) => !keyUsage || keyUsage.has('cRLSign'));
    const byKey = named.filter(
      ({ subjectKeyIdHex }) =>
        crl.authorityKeyId?.keyIdHex === undefined || subjectKeyIdHex === crl.authorityKeyId.keyIdHex,
    );
    const ordered = [...byKey, ...named.filter((one) => !byKey.includes(one))].slice(0, 8);
    const signers = ordered.filter((one) => this.#isSignedBy(crl, one));
    const anchored = signers.find((one) => {
      const top = this.#pool.chainOf(one).at(-1);
      return top !== undefined && this.#pool.isAnchor(top);
    });
    const signer = anchored ?? signers[0];
    return { signer: signer ?? ordered[0], intact: signer !== undefined };
  }

  #signerOfAnswer(basic: BasicOcspResponse, sent: readonly Certificate[]): Pick<PooledOcsp, 'signer' | 'intact'> {
    const { responderId } = basic;
    const candidates =
      responderId.kind === 'name'
        ? [...sent, ...this.#pool.withSubject(responderId.name.key)]
        : [...sent, ...this.#pool.all()];
    const named = [...new Set(candidates)].filter((one) => isNamed(basic, one)).slice(0, 8);
    const signer = named.find((one) => this.#isSignedBy(basic, one));
    return { signer: signer ?? named[0], intact: signer !== undefined };
  }

  /** A CRL speaks for who signed the certificate, or for who has the same name under the same anchor (RFC 5280 clause 6.3.3 f). */
  #crlStatuses(certificate: Certificate, chain: readonly Certificate[]): readonly FoundStatus[] {
    const anchor = chain.at(-1);
    return [...this.#crls.values()].flatMap((revocation): readonly FoundStatus[] => {
      const { crl, signer } = revocation;
      if (!signer || (crl.issuer.key !== certificate.issuer.key && !crl.issuingDistributionPoint?.indirect)) return [];
      if (signer !== chain[1] && this.#pool.chainOf(signer).at(-1) !== anchor) return [];
      const status = crlStatus(crl, certificate);
      return status ? [{ revocation, ...status }] : [];
    });
  }

  #answersAbout(certificate: Certificate, issuer: Certificate): readonly FoundStatus[] {
    const isAsked = certIdMatcher(certificate, issuer);
    return [...this.#answers.values()].flatMap((revocation): readonly FoundStatus[] => {
      const { basic, signer } = revocation;
      if (!signer || basic.unknownCritical.length > 0 || !this.#mayAnswer(signer, issuer)) return [];
      return basic.responses
        .filter(({ certId, unknownCritical }) => unknownCritical.length === 0 && isAsked(certId))
        .slice(0, 1)
        .map(
          ({ archiveCutoff, nextUpdate, reason, revokedAt, status, thisUpdate }): FoundStatus => ({
            revocation,
            status,
            thisUpdate,
            ...(nextUpdate ? { nextUpdate } : {}),
            ...(archiveCutoff ? { archiveCutoff } : {}),
            ...(reason ? { reason } : {}),
            ...(revokedAt ? { since: revokedAt } : {}),
          }),
        );
    });
  }

  /** RFC 6960 section 4.2.2.2: the issuer itself, or whom this very issuer certified for it. */
  #mayAnswer(signer: Certificate, issuer: Certificate): boolean {
    const isIssuer = signer.subject.key === issuer.subject.key && equalBytes(signer.publicKey, issuer.publicKey);
    if (isIssuer) return true;
    const named = signer.extendedKeyUsage?.includes(OCSP_SIGNING) && signer.issuer.key === issuer.subject.key;
    return named === true && this.#pool.isSignedBy(signer, issuer);
  }
}

/** Whether the responder identifier of an answer names a certificate (RFC 6960 section 4.2.2.3). */
export function isNamed({ responderId }: BasicOcspResponse, certificate: Certificate): boolean {
  if (responderId.kind === 'name') return responderId.name.key === certificate.subject.key;
  const bits = safely(() => keyBits(certificate.publicKey));
  return bits !== undefined && equalBytes(createHash('sha1').update(bits).digest(), responderId.hash);
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
