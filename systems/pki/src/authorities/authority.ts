import { createHash } from 'node:crypto';
import { readBitStringOctets, readDer, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { type Certificate, parseCertificate } from '@tra/pki';
import type { AuthorityKind, AuthorityRow, AuthorityState } from '../store/tables.ts';

/** A certification authority as this system knows it. */
export interface Authority {
  /** Stable word in addresses and in the API, such as `issuing`. */
  readonly id: string;
  readonly kind: AuthorityKind;
  readonly state: AuthorityState;
  /** The authority that certified it; undefined for a root and for one that is not certified yet. */
  readonly parent: string | undefined;
  /** Organisation that runs it, when that is not the operator of this platform. */
  readonly operator: string | undefined;
  /** Name of its key here; undefined when the key is elsewhere (offline, or run by somebody else). */
  readonly keyLabel: string | undefined;
  /** Undefined while it waits for one. */
  readonly certificate: Certificate | undefined;
  /** PKCS#10 request while it waits. */
  readonly csr: Uint8Array | undefined;
  readonly version: number;
  readonly createdAt: Date;
}

/** An authority with a certificate. */
export type CertifiedAuthority = Authority & { readonly certificate: Certificate };

/** The authority of a row. */
export function authorityOf(row: AuthorityRow): Authority {
  return {
    id: row.name,
    kind: row.kind,
    state: row.state,
    parent: row.parent ?? undefined,
    operator: row.operator ?? undefined,
    keyLabel: row.key_label ?? undefined,
    certificate: row.certificate ? parseCertificate(row.certificate) : undefined,
    csr: row.csr ?? undefined,
    version: row.version,
    createdAt: row.created_at,
  };
}

/** Digests by which OCSP requests name an issuer (RFC 6960 section 4.1.1). */
export type IssuerDigest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Bits of the key without tag, length and unused bits: what issuerKeyHash is taken over. */
function keyBits(publicKey: Uint8Array): Uint8Array {
  const reader = new SequenceReader(readDer(publicKey), 'SubjectPublicKeyInfo');
  reader.take(TAG.sequence, 'algorithm');
  return readBitStringOctets(reader.take(TAG.bitString, 'subjectPublicKey'));
}

/** Hexadecimal hashes of an authority's name and key, as a CertID holds them. */
export function issuerHashes(
  certificate: Certificate,
  digest: IssuerDigest,
): { readonly issuerNameHash: string; readonly issuerKeyHash: string } {
  const hash = (bytes: Uint8Array): string => toHex(createHash(digest).update(bytes).digest());
  return { issuerNameHash: hash(certificate.subject.der), issuerKeyHash: hash(keyBits(certificate.publicKey)) };
}
