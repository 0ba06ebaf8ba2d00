import { der } from '@tra/asn1';
import { fromHex, type Signer, toHex } from '@tra/kernel';
import { signatureAlgorithmIdentifier } from './algorithms.ts';
import { parseCertificate } from './certificate.ts';
import { parseCrl, type RevocationReason, reasonNumber } from './crl.ts';
import { PkiError } from './errors.ts';
import { authorityKeyIdentifier, keyIdentifier } from './issue.ts';
import { EXTENSION } from './oids.ts';

/** One certificate to list as revoked. */
export interface CrlEntry {
  readonly serialHex: string;
  readonly date: Date;
  /** `unspecified` is left out of the encoding (RFC 5280 section 5.3.1). */
  readonly reason?: RevocationReason;
}

/** Input of {@link buildCrl}. */
export interface CrlRequest {
  /** The CA's certificate. */
  readonly issuer: Uint8Array;
  readonly signer: Signer;
  /** CRL number: must grow from CRL to CRL (RFC 5280 section 5.2.3). */
  readonly number: number | bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly entries: readonly CrlEntry[];
}

/**
 * Builds a complete version 2 CRL with CRL number and authority key identifier (RFC 5280 section 5). Throws {@link PkiError}
 * `pki.request_invalid` when the signer is not the issuer's key, the issuer may not sign CRLs, or the times are out of order.
 */
export async function buildCrl(request: CrlRequest): Promise<Uint8Array> {
  const issuer = parseCertificate(request.issuer);
  const refuse = (reason: string): PkiError => new PkiError('pki.request_invalid', { params: { reason } });
  if (toHex(issuer.publicKey) !== toHex(request.signer.publicKey)) throw refuse('signer');
  if (!issuer.keyUsage?.has('cRLSign')) throw refuse('issuer_not_crl_signer');
  if (request.nextUpdate <= request.thisUpdate || BigInt(request.number) < 0n) throw refuse('crl_times');
  const algorithm = signatureAlgorithmIdentifier(request.signer.algorithm);
  const extensions = der.sequence(
    der.sequence(
      der.oid(EXTENSION.authorityKeyIdentifier),
      der.octetString(authorityKeyIdentifier(keyIdentifier(issuer.publicKey))),
    ),
    der.sequence(der.oid(EXTENSION.crlNumber), der.octetString(der.integer(request.number))),
  );
  const tbs = der.sequence(
    der.integer(1),
    algorithm,
    issuer.subject.der,
    der.time(request.thisUpdate),
    der.time(request.nextUpdate),
    request.entries.length > 0 ? der.sequence(...request.entries.map(encodeEntry)) : undefined,
    der.explicit(0, extensions),
  );
  const crl = der.sequence(tbs, algorithm, der.bitString(await request.signer.sign(tbs)));
  if (parseCrl(crl).size !== request.entries.length) throw refuse('lint');
  return crl;
}

function encodeEntry({ serialHex, date, reason = 'unspecified' }: CrlEntry): Uint8Array {
  const code = der.element(0x0a, Uint8Array.of(reasonNumber(reason)));
  const extensions = der.sequence(der.sequence(der.oid(EXTENSION.reasonCode), der.octetString(code)));
  return der.sequence(
    der.unsignedInteger(fromHex(serialHex)),
    der.time(date),
    reason === 'unspecified' ? undefined : extensions,
  );
}
