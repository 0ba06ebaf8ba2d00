import { readBitStringOctets, readDer, readSmallInteger, SequenceReader, TAG } from '@tra/asn1';
import { type Name, parsePem, readName, verifySignature } from '@tra/pki';
import { PkiSystemError } from '../errors.ts';

/** A certification request whose applicant was shown to hold the key. */
export interface ReadRequest {
  readonly der: Uint8Array;
  readonly subject: Name;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/**
 * Reads a PKCS#10 request (RFC 2986), DER or PEM, and checks that it was signed with its own key. Throws `pki.csr_invalid`, whatever is
 * wrong with it.
 */
export function readRequest(csr: Uint8Array | string): ReadRequest {
  try {
    const der = typeof csr === 'string' ? parsePem(csr, 'CERTIFICATE REQUEST')[0] : csr;
    const outer = new SequenceReader(readDer(der ?? new Uint8Array(0), { maxBytes: 65_536 }), 'CertificationRequest');
    const info = outer.take(TAG.sequence, 'certificationRequestInfo');
    const algorithm = outer.take(TAG.sequence, 'signatureAlgorithm');
    const signature = readBitStringOctets(outer.take(TAG.bitString, 'signature'));
    outer.end();
    const fields = new SequenceReader(info, 'CertificationRequestInfo');
    const version = readSmallInteger(fields.take(TAG.integer, 'version'));
    const subject = readName(fields.take(TAG.sequence, 'subject'));
    const publicKey = fields.take(TAG.sequence, 'subjectPKInfo').raw;
    if (version !== 0 || !verifySignature(algorithm.raw, publicKey, info.raw, signature)) {
      throw new PkiSystemError('pki.csr_invalid', { params: { reason: 'possession' } });
    }
    return { der: der ?? new Uint8Array(0), subject, publicKey };
  } catch (cause) {
    if (cause instanceof PkiSystemError) throw cause;
    throw new PkiSystemError('pki.csr_invalid', { params: { reason: 'unreadable' }, cause });
  }
}
