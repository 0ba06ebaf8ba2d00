import type { PdfProblemCode } from './errors.ts';
import type { PdfFile } from './file.ts';
import { type PdfDict, PdfString } from './objects.ts';

/** What the entry Cert of a signature dictionary holds. */
export interface SignerCertificates {
  /** DER, the signer's first; none when there is a problem. */
  readonly certificates: readonly Uint8Array[];
  readonly problem?: PdfProblemCode;
}

const maxCertificates = 32;

const refused = (problem: PdfProblemCode): SignerCertificates => ({ certificates: [], problem });

/**
 * The certificates of a PKCS #1 signature (ISO 32000-1 table 252): a byte string, or an array of them. Nothing in the signature value names its signer, so that
 * they count only as octets of the file that ByteRange covers: whoever could put others there later could claim the signature with a key made to fit it.
 */
export function signerCertificates(file: PdfFile, dict: PdfDict, byteRange: readonly number[]): SignerCertificates {
  const entry = file.get(dict.get('Cert'));
  if (entry === null) return refused('pdf.certificates_missing');
  const strings = (Array.isArray(entry) ? entry : [entry]).map((item) => file.get(item));
  const certificates = strings.filter((item): item is PdfString => item instanceof PdfString && item.bytes.length > 0);
  if (strings.length === 0 || strings.length > maxCertificates || certificates.length !== strings.length) {
    return refused('pdf.certificates_invalid');
  }
  const [, firstLength = 0, second = 0, secondLength = 0] = byteRange;
  const isSigned = ({ end, start }: PdfString): boolean =>
    (start >= 0 && end <= firstLength) || (start >= second && end <= second + secondLength);
  if (!certificates.every(isSigned)) return refused('pdf.certificates_not_signed');
  return { certificates: certificates.map(({ bytes }) => bytes) };
}
