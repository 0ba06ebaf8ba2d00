import { createHash } from 'node:crypto';
import { utf8Decode } from '@tra/kernel';
import { parseCertificate, parsePem } from '@tra/pki';
import type { TrustedListData } from '@tra/signature';
import {
  listSnapshot,
  maxListBytes,
  readTrustedList,
  type TrustedList,
  trustAnchorsOf,
  verifyTrustedList,
} from '@tra/trust-list';
import { ValidationError } from './errors.ts';
import type { PlainAnchor } from './judging/judge-document.ts';

/** A trusted list of the asker's own, as a report names it. */
export interface UploadedList {
  /** ISO 3166-1 alpha-2, as the list says. */
  readonly territory?: string;
  readonly sequence: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  /** `unchecked`: the asker named no signer and vouches for the list as for a bare certificate. */
  readonly signature: 'passed' | 'unchecked';
}

/** What an asker trusts. */
export interface UploadedTrust {
  readonly anchors: readonly PlainAnchor[];
  /** The list that they come from, if any. */
  readonly list?: UploadedList;
  /** The same list as diagnostic data name it. */
  readonly data?: TrustedListData;
}

/** How trust is read. */
export interface ReadTrustOptions {
  /** Names the part in a refusal, from 1. */
  readonly position: number;
  /** Certificates of those who may have signed a list, DER; its signature is not looked at when there are none. */
  readonly signers: readonly Uint8Array[];
  readonly now: Date;
}

/**
 * Certificates that an asker trusts: in PEM, one in DER, or those of the services of an ETSI trusted list (TS 119 612) with the times of their trust. With
 * `signers` a list must be valid now and signed by one of them. Throws `validation.trust_invalid`, and `validation.trust_list_refused` with the reason.
 */
export function readUploadedTrust(bytes: Uint8Array, options: ReadTrustOptions): UploadedTrust {
  const { position } = options;
  try {
    return isXml(bytes)
      ? readList(bytes, options)
      : { anchors: readCertificates(bytes).map((certificate) => ({ certificate })) };
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new ValidationError('validation.trust_invalid', 'trust', { params: { position }, cause });
  }
}

/** Certificates in PEM, or one in DER. Throws when there are none. */
export function readCertificates(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === 0x30) return [parseCertificate(bytes).der];
  const found = parsePem(utf8Decode(bytes), 'CERTIFICATE');
  if (found.length === 0) throw new Error('no certificate');
  return found.map((certificate) => parseCertificate(certificate).der);
}

/** Whether it is XML, and so a list. */
export function isXml(bytes: Uint8Array): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 64));
  return head
    .replace(/^\u00EF\u00BB\u00BF/, '')
    .trimStart()
    .startsWith('<');
}

function readList(bytes: Uint8Array, { now, position, signers }: ReadTrustOptions): UploadedTrust {
  if (bytes.length > maxListBytes) throw new Error('too large');
  const list = signers.length === 0 ? readTrustedList(bytes) : verifiedList(bytes, { now, position, signers });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const data = listSnapshot(list, { sha256, wellSigned: signers.length > 0, loaded: now });
  const anchors = trustAnchorsOf(list, { list: data.id });
  if (anchors.length === 0) throw new Error('no trusted service');
  return {
    data,
    anchors: anchors.map(({ certificate, constraints, services }) => ({
      certificate: certificate instanceof Uint8Array ? certificate : certificate.der,
      ...(constraints ? { constraints } : {}),
      ...(services ? { services } : {}),
    })),
    list: {
      ...(list.territory === undefined ? {} : { territory: list.territory }),
      sequence: list.sequenceNumber,
      sha256,
      signature: signers.length === 0 ? 'unchecked' : 'passed',
    },
  };
}

function verifiedList(bytes: Uint8Array, { now, position, signers }: ReadTrustOptions): TrustedList {
  const { list, code } = verifyTrustedList(bytes, { signers, at: now });
  if (list) return list;
  throw new ValidationError('validation.trust_list_refused', 'trust', { params: { position, reason: code } });
}
