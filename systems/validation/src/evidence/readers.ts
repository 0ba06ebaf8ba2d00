import { parseSignedData } from '@tra/cms';
import { utf8Decode } from '@tra/kernel';
import { parseCertificate, parseCrl, parseOcspResponse, parsePem } from '@tra/pki';

/** Kinds of evidence that can be fetched. */
export type EvidenceKind = 'issuer' | 'ocsp' | 'crl';

/** An answer that has the right form; whether it is true is judged with the document. */
export interface ReadEvidence {
  readonly items: readonly Uint8Array[];
  /** Until when it says that it is current. */
  readonly nextUpdate?: Date;
}

const maximumCertificates = 32;

/** Reads an answer. Throws when it is not of the kind. */
export function readEvidence(kind: EvidenceKind, bytes: Uint8Array): ReadEvidence {
  if (kind === 'crl') return readCrl(derOf(bytes, 'X509 CRL'));
  return kind === 'ocsp' ? readOcsp(bytes) : { items: readIssuers(bytes) };
}

function derOf(bytes: Uint8Array, label: string): Uint8Array {
  if (bytes[0] === 0x30) return bytes;
  const [first] = parsePem(utf8Decode(bytes), label);
  if (!first) throw new Error(`no ${label}`);
  return first;
}

function readCrl(bytes: Uint8Array): ReadEvidence {
  const { nextUpdate } = parseCrl(bytes);
  return { items: [bytes], ...(nextUpdate ? { nextUpdate } : {}) };
}

function readOcsp(bytes: Uint8Array): ReadEvidence {
  const response = parseOcspResponse(bytes);
  if (response.status !== 'successful' || !response.basic) throw new Error(`OCSP: ${response.status}`);
  const times = response.basic.responses.flatMap(({ nextUpdate }) => (nextUpdate ? [nextUpdate.getTime()] : []));
  return { items: [bytes], ...(times.length > 0 ? { nextUpdate: new Date(Math.min(...times)) } : {}) };
}

/** A certificate in DER or PEM, or a certs-only CMS (RFC 5280 section 4.2.2.1). */
function readIssuers(bytes: Uint8Array): readonly Uint8Array[] {
  const der = bytes[0] === 0x30 ? [bytes] : parsePem(utf8Decode(bytes), 'CERTIFICATE');
  const found = der.flatMap((one) => {
    try {
      return [parseCertificate(one).der];
    } catch {
      return parseSignedData(one).certificates.slice(0, maximumCertificates);
    }
  });
  if (found.length === 0) throw new Error('no certificate');
  return found;
}
