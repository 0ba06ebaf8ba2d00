import type { Check } from '@tra/pki';
import type { FoundTimestamp } from './evidence/model.ts';
import type { SignedFacts, StampedData } from './facts.ts';
import type { PdfSurroundings } from './pades/surroundings.ts';
import type { RevisionReport } from './report.ts';

/** A file beside the document; the name is the one that a signature may refer to. */
export interface DetachedPart {
  readonly name?: string;
  readonly bytes: Uint8Array;
}

/** Digests of a file by the name that node:crypto uses: `sha256`, `sha3-256`. */
export type Digests = Readonly<Record<string, Uint8Array>>;

/** A file beside the document of which only digests are known, because it is too large to be held. */
export interface HashedFile {
  readonly name?: string;
  readonly digests: Digests;
}

/** What the search for signatures is given beside the document. */
export interface FindContext {
  readonly detached: readonly DetachedPart[];
  /** Candidates for content that the document does not carry, by digest. */
  readonly hashed?: readonly HashedFile[];
  /** Certificates that may be a signer's, DER, for signatures that do not carry theirs; not trusted for being here. */
  readonly certificates: readonly Uint8Array[];
  /** The detached files are those of a container: references give their names. */
  readonly inContainer?: true;
  /** Time-stamps of the container over the file that holds the signatures. */
  readonly archives?: readonly FoundTimestamp[];
  /** Most signatures that are judged. */
  readonly limit: number;
}

/** One signature that was found, with what it covers; nothing about it has been judged but its place in the file. */
export interface SignatureSubject {
  readonly id: string;
  readonly kind: 'signature' | 'timestamp';
  readonly form:
    | 'pades'
    | 'pdf-pkcs7'
    | 'pdf-pkcs1'
    | 'cades'
    | 'timestamp-token'
    | 'xades'
    | 'xmldsig'
    | 'jades'
    | 'jws'
    | 'evidence-record';
  /** Encoding of an evidence record: RFC 4998 or RFC 6283. */
  readonly recordForm?: 'ASN.1' | 'XML';
  /** CMS SignedData or a time-stamp token; empty for other formats. */
  readonly cms: Uint8Array;
  /** What the signature says and shows, for a format that is not CMS. */
  readonly facts?: SignedFacts;
  /** For an evidence record: its time-stamps with what each must cover. */
  readonly stamps?: readonly StampedData[];
  /** The signed bytes in order; undefined when they are inside the CMS or missing. */
  readonly content?: readonly Uint8Array[];
  /** Digests of the signed bytes, when those are not at hand. */
  readonly contentDigests?: Digests;
  /** `adbe.pkcs7.sha1`: the CMS carries the SHA-1 digest of the content as its own content. */
  readonly digestInside?: boolean;
  /** Which signer of the CMS it is, for a CMS with several. */
  readonly signer?: number;
  /** Id of the signature that this one counter-signs. */
  readonly counterSigns?: string;
  /** For a signature or a document time-stamp in a PDF: what the document holds around it. */
  readonly surroundings?: PdfSurroundings;
  readonly fieldName?: string;
  readonly claimedTime?: Date;
  readonly reason?: string;
  readonly location?: string;
  /** Findings of the format check, made where the signature was found. */
  readonly format: readonly Check[];
  /** For a signature in a PDF: the version that it covers and what came after. */
  readonly revision?: RevisionReport;
  /** For a signature inside a file: bytes of the file that follow what it covers. */
  readonly trailing?: number;
}
