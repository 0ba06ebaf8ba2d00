import { fromBase64, utf8Decode } from '@tra/kernel';
import { looksLikeZip } from './asic/subjects.ts';
import { looksLikeAsn1Record } from './evidence-record/subject.ts';
import type { DocumentType } from './report.ts';

/** A document recognised by its content: names and media types are never asked. */
export interface RecognisedDocument {
  readonly type: Exclude<DocumentType, 'timestamp-token'>;
  /** The bytes to judge; for a CMS in PEM or in base64 the decoded ones. */
  readonly bytes: Uint8Array;
}

const pemLabels: readonly string[] = ['CMS', 'PKCS7', 'PKCS #7 SIGNED DATA'];
const maximumPemBytes = 32 * 1024 * 1024;
const signedDataOid = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/**
 * Says what `bytes` are: a CMS begins with a SEQUENCE that names id-signedData (RFC 5652 section 5.1), also when it carries a PDF; a PDF
 * has its header within the first 1024 bytes (ISO 32000-2 annex I); XML begins with `<`, white space before it allowed. Everything else is unknown.
 */
export function recogniseDocument(bytes: Uint8Array): RecognisedDocument {
  if (looksLikeAsn1Record(bytes)) return { type: 'evidence-record', bytes };
  if (looksLikeSignedData(bytes)) return { type: 'cms', bytes };
  if (hasPdfHeader(bytes)) return { type: 'pdf', bytes };
  if (looksLikeXml(bytes)) return { type: 'xml', bytes };
  if (looksLikeZip(bytes)) return { type: 'asic', bytes };
  if (looksLikeJws(bytes)) return { type: 'jws', bytes };
  const decoded = decodePem(bytes) ?? decodeBase64(bytes);
  return decoded && looksLikeSignedData(decoded) ? { type: 'cms', bytes: decoded } : { type: 'unknown', bytes };
}

function hasPdfHeader(bytes: Uint8Array): boolean {
  const header = [0x25, 0x50, 0x44, 0x46, 0x2d];
  const limit = Math.min(bytes.length - header.length, 1024);
  for (let at = 0; at <= limit; at += 1) if (header.every((byte, index) => bytes[at + index] === byte)) return true;
  return false;
}

function looksLikeSignedData(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false;
  const length = bytes[1] ?? 0;
  const at = length < 0x80 || length === 0x80 ? 2 : 2 + (length & 0x7f);
  return at <= 10 && signedDataOid.every((byte, index) => bytes[at + index] === byte);
}

/** The first character, in UTF-8 or UTF-16, that is neither byte order mark nor white space. */
function looksLikeXml(bytes: Uint8Array): boolean {
  const skipped = [0x20, 0x09, 0x0a, 0x0d, 0x00, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
  const first = bytes.subarray(0, 1024).find((byte) => !skipped.includes(byte));
  return first === 0x3c;
}

/** A JSON object, or the three parts of the compact form whose first begins as base64url of `{` and a quotation mark or white space. */
function looksLikeJws(bytes: Uint8Array): boolean {
  const skipped = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf];
  const at = bytes.subarray(0, 1024).findIndex((byte) => !skipped.includes(byte));
  if (at < 0) return false;
  if (bytes[at] === 0x7b) return true;
  const start = String.fromCharCode(...bytes.subarray(at, at + 3));
  return /^(?:ey[AIJ]|ew[ko0])/.test(start) && bytes.indexOf(0x2e, at) >= 0;
}

function decodePem(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > maximumPemBytes || bytes[0] !== 0x2d) return undefined;
  try {
    const text = utf8Decode(bytes);
    for (const label of pemLabels) {
      const [, rest] = text.split(`-----BEGIN ${label}-----`);
      const body = rest?.split(`-----END ${label}-----`)[0];
      if (body !== undefined) return fromBase64(body.replace(/\s/g, ''));
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** The octets of a SEQUENCE longer than 127 of them, in base64, begin with one of these. */
const base64Start = /^M[IE-H]/;

/** A CMS in base64 and nothing around it, as mail programs and signing portals leave it. */
function decodeBase64(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > maximumPemBytes) return undefined;
  const skipped = [0x20, 0x09, 0x0a, 0x0d];
  const at = bytes.subarray(0, 1024).findIndex((byte) => !skipped.includes(byte));
  if (at < 0 || !base64Start.test(String.fromCharCode(...bytes.subarray(at, at + 2)))) return undefined;
  try {
    return fromBase64(utf8Decode(bytes).replace(/\s/g, ''));
  } catch {
    return undefined;
  }
}
