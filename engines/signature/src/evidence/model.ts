import type { Material } from '@tra/cms';
import type { StampedData } from '../facts.ts';

/**
 * What a time-stamp was put on: data before signing (`content`), the signature, the signature with its references or those references alone (CAdES-X,
 * XAdES-X), everything so far (`archive`), a whole document, the files of a container, or the root of an evidence record.
 */
export type TimestampKind =
  | 'content'
  | 'signature'
  | 'signature-and-references'
  | 'references'
  | 'archive'
  | 'document'
  | 'container'
  | 'record';

/** Objects that a time-stamp proves to have existed, if it holds. */
export interface CoveredObjects {
  readonly signedData: boolean;
  readonly signature: boolean;
  readonly material: Material;
  /** Tokens that it covers. */
  readonly timestamps: readonly Uint8Array[];
}

/** A time-stamp token inside or beside a signature, with the data that it must carry the digest of. */
export interface FoundTimestamp extends StampedData {
  readonly kind: TimestampKind;
  /** Which definition an archive time-stamp follows. */
  readonly variant?: 'CAdES-v2' | 'CAdES-v3' | 'XAdES-1.3.2' | 'XAdES-1.4.1' | 'JAdES' | 'PAdES' | 'ASiC';
  readonly covers: CoveredObjects;
  /** For a time-stamp of an evidence record: the encoding of the record, RFC 4998 or RFC 6283. */
  readonly recordForm?: 'ASN.1' | 'XML';
  /** For a time-stamp of an evidence record: which record of the signature, from 1. */
  readonly record?: number;
  /** The record is a file of the container and a subject of its own. */
  readonly inContainer?: true;
  /** Entries of its hash index that belong to nothing in the signature. */
  readonly unmatched?: number;
}

/** Where certificates and revocation information were found. */
export type MaterialOrigin =
  | 'signed-data'
  | 'key-info'
  | 'certificate-values'
  | 'revocation-values'
  | 'attribute-certificate-values'
  | 'attribute-revocation-values'
  | 'time-stamp-validation-data'
  | 'revocation-info-archival'
  | 'security-store'
  | 'time-stamp-token';

/** Certificates, CRLs and OCSP responses of one place. They help to judge; none is trusted for being there. */
export interface FoundMaterial extends Material {
  readonly origin: MaterialOrigin;
}

/** The signature policy that a signature names (ETSI EN 319 102-1 clause 5.2.4.2). */
export interface PolicyReference {
  /** OID or URI; empty when the policy is implied. */
  readonly id: string;
  /** Name of the digest as node:crypto knows it. */
  readonly digest?: string;
  readonly hash?: Uint8Array;
  readonly uri?: string;
  /** The digest is of other octets than those of the document: transforms come first. */
  readonly otherOctets?: true;
  /** The document itself, when the signature carries it (signature policy store). Not signed. */
  readonly store?: Uint8Array;
  /** What became of the document of the policy; undefined when none is at hand. */
  readonly document?: 'matches' | 'differs';
}

/** Everything inside a signature that serves as evidence for it. */
export interface Evidence {
  readonly timestamps: readonly FoundTimestamp[];
  readonly material: readonly FoundMaterial[];
  readonly policy?: PolicyReference | 'malformed';
  /** What the signer says to mean by signing: OIDs or URIs. */
  readonly commitments: readonly string[];
  readonly mimeType?: string;
}

/** No material at all. */
export const noMaterial: Material = { certificates: [], crls: [], ocspResponses: [] };

/** Material of several places as one. */
export function joinMaterial(parts: readonly Material[]): Material {
  return {
    certificates: parts.flatMap(({ certificates }) => certificates),
    crls: parts.flatMap(({ crls }) => crls),
    ocspResponses: parts.flatMap(({ ocspResponses }) => ocspResponses),
  };
}
