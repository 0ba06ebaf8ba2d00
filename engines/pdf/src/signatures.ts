import { judgeByteRange } from './byte-range.ts';
import type { PdfProblem } from './errors.ts';
import type { PdfFile } from './file.ts';
import { readFields } from './form.ts';
import { dateOf, type PdfDict, PdfString, textOf } from './objects.ts';
import { signerCertificates } from './signer-certificates.ts';
import { firstElement } from './wire/der-length.ts';

/** A signature dictionary found in a file. Nothing about it has been verified. */
export interface PdfSignature {
  readonly fieldName?: string;
  /** Such as `ETSI.CAdES.detached`, `adbe.pkcs7.detached`, `ETSI.RFC3161`. */
  readonly subFilter?: string;
  /** `Sig` or `DocTimeStamp`; absent when the dictionary does not say. */
  readonly type?: string;
  readonly byteRange: readonly number[];
  /** The CMS or token in DER or BER, for `adbe.x509.rsa_sha1` an OCTET STRING in DER; padding cut, empty when the hole holds none. */
  readonly contents: Uint8Array;
  /** For `adbe.x509.rsa_sha1`: the certificates of Cert, DER, the signer's first (ISO 32000-1 table 252); none when a rule is broken. */
  readonly certificates?: readonly Uint8Array[];
  /** The bytes that ByteRange names; none when ByteRange breaks a rule. */
  readonly signedParts: readonly Uint8Array[];
  /** Whether everything but the hole is signed, up to the end of the file. */
  readonly coversWholeDocument: boolean;
  readonly problems: readonly PdfProblem[];
  /** Claimed time (M). */
  readonly signingTime?: Date;
  readonly reason?: string;
  readonly location?: string;
  readonly name?: string;
}

const watchedKeys = ['ByteRange', 'Contents', 'SubFilter'];
const octetString = 0x04;

function wordsOf(file: PdfFile, dict: PdfDict, key: string): string | undefined {
  const value = file.get(dict.get(key));
  return value instanceof PdfString ? textOf(value) : undefined;
}

/** Turns a signature dictionary into a {@link PdfSignature} with every rule applied that needs no cryptography. */
export function describeSignature(
  file: PdfFile,
  dict: PdfDict,
  extra: { readonly fieldName?: string; readonly problems?: readonly PdfProblem[] },
): PdfSignature {
  const problems: PdfProblem[] = [...(extra.problems ?? [])];
  const held = dict.get('Contents');
  const contents = held instanceof PdfString && held.hex && held.start >= 0 ? held : undefined;
  const subFilter = file.name(dict.get('SubFilter'));
  const isPkcs1 = subFilter === 'adbe.x509.rsa_sha1';
  const element = contents ? firstElement(contents.bytes, isPkcs1 ? octetString : undefined) : undefined;
  if (!contents) problems.push({ code: 'pdf.contents_missing', params: {} });
  else if (!element) problems.push({ code: 'pdf.contents_invalid', params: {} });
  const repeated = [...watchedKeys, ...(isPkcs1 ? ['Cert'] : [])].find((key) => dict.repeated.includes(key));
  if (repeated) problems.push({ code: 'pdf.signature_key_repeated', params: { key: repeated } });
  const type = file.get(dict.get('Type'));
  if (type !== null && !['Sig', 'DocTimeStamp'].includes(file.name(type) ?? '')) {
    problems.push({ code: 'pdf.signature_type_invalid', params: {} });
  }
  const range = file.get(dict.get('ByteRange'));
  const verdict = judgeByteRange(file.bytes, Array.isArray(range) ? range : undefined, contents);
  problems.push(...verdict.problems);
  const chain = isPkcs1 ? signerCertificates(file, dict, verdict.byteRange) : undefined;
  if (chain?.problem) problems.push({ code: chain.problem, params: {} });
  const date = file.get(dict.get('M'));
  return {
    ...optional('fieldName', extra.fieldName),
    ...optional('subFilter', subFilter),
    ...optional('type', file.name(type)),
    byteRange: verdict.byteRange,
    contents: element ?? new Uint8Array(),
    ...optional('certificates', chain?.certificates),
    signedParts: verdict.signedParts,
    coversWholeDocument: verdict.coversWholeDocument,
    problems,
    ...optional('signingTime', date instanceof PdfString ? dateOf(date) : undefined),
    ...optional('reason', wordsOf(file, dict, 'Reason')),
    ...optional('location', wordsOf(file, dict, 'Location')),
    ...optional('name', wordsOf(file, dict, 'Name')),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V });
}

/** Signatures that the form of the newest revision names, with the extents of their dictionaries. */
export function formSignatures(file: PdfFile): { signatures: PdfSignature[]; dictionaries: PdfDict[] } {
  const signatures: PdfSignature[] = [];
  const dictionaries: PdfDict[] = [];
  for (const field of readFields(file)) {
    if (field.type !== 'Sig') continue;
    const dict = file.dict(field.dict.get('V'));
    if (!dict || dictionaries.includes(dict)) continue;
    dictionaries.push(dict);
    signatures.push(describeSignature(file, dict, { fieldName: field.name }));
  }
  return { signatures, dictionaries };
}
