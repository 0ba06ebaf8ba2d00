import type { PdfProblem, PdfReport, PdfSignature } from '@tra/pdf';
import type { Check } from '@tra/pki';
import { readByteRange } from './byte-range.ts';
import { finding } from './findings.ts';
import { pkcs1Facts } from './pades/pkcs1.ts';
import { pdfSurroundings } from './pades/surroundings.ts';
import type { SignatureSubject } from './subject.ts';

/** SubFilter values that this engine judges (ISO 32000-2 table 260, ETSI EN 319 142-1 clause 5.1). */
const forms: ReadonlyMap<string, SignatureSubject['form']> = new Map([
  ['ETSI.CAdES.detached', 'pades'],
  ['adbe.pkcs7.detached', 'pdf-pkcs7'],
  ['adbe.pkcs7.sha1', 'pdf-pkcs7'],
  ['adbe.x509.rsa_sha1', 'pdf-pkcs1'],
  ['ETSI.RFC3161', 'timestamp-token'],
]);

/** Problems of a signature dictionary that a correct signer never causes: they end in a failure. */
const damaging: ReadonlySet<string> = new Set([
  'pdf.signature_key_repeated',
  'pdf.signature_type_invalid',
  'pdf.byte_range_missing',
  'pdf.byte_range_invalid',
  'pdf.byte_range_not_from_start',
  'pdf.byte_range_overlap',
  'pdf.byte_range_beyond_end',
  'pdf.byte_range_hole',
  'pdf.contents_missing',
  'pdf.contents_invalid',
  'pdf.certificates_missing',
  'pdf.certificates_invalid',
  'pdf.certificates_not_signed',
]);

/** Problems of a whole file that let two programs read different content out of the same bytes. */
const ambiguous: ReadonlySet<string> = new Set([
  'pdf.xref_unreadable',
  'pdf.xref_rebuilt',
  'pdf.xref_loop',
  'pdf.catalog_missing',
  'pdf.limit_reached',
]);

/** Format checking (ETSI EN 319 102-1 clause 5.2.2) of the signatures in a PDF, in the order of their place in the file. */
export function pdfSubjects(file: Uint8Array, report: PdfReport): readonly SignatureSubject[] {
  const wholeFile = fileFindings(report.problems);
  const around = pdfSurroundings(file, report.signatures);
  return report.signatures.map((signature, index) => {
    const subject = pdfSubject(
      file,
      isEncrypted(report.problems) ? withoutTexts(signature, index) : signature,
      `S${index + 1}`,
      wholeFile,
    );
    const surroundings = around[index];
    if (!surroundings) return subject;
    const facts = subject.form === 'pdf-pkcs1' ? pkcs1Facts(signature, subject.content ?? [], surroundings) : undefined;
    return { ...subject, surroundings, ...(facts ? { facts } : {}) };
  });
}

const isEncrypted = (problems: readonly PdfProblem[]): boolean => problems.some(({ code }) => code === 'pdf.encrypted');

function fileFindings(problems: readonly PdfProblem[]): readonly Check[] {
  const named = problems.map(
    ({ code, params }): Check => ({ code, status: 'indeterminate', clause: 'ISO 32000-2 7.5', params }),
  );
  const found = [...named];
  if (isEncrypted(problems)) found.unshift(finding('signature.content_encrypted'));
  if (problems.some(({ code }) => ambiguous.has(code))) found.unshift(finding('signature.structure_repaired'));
  return found;
}

/** The texts of an encrypted file are encrypted, all but the signature itself (ISO 32000-2 clause 7.6.2): a field is told by its place. */
function withoutTexts(signature: PdfSignature, index: number): PdfSignature {
  const { fieldName, location: _, reason: __, signingTime: ___, ...rest } = signature;
  return fieldName === undefined ? rest : { ...rest, fieldName: `#${index + 1}` };
}

function pdfSubject(
  file: Uint8Array,
  signature: PdfSignature,
  id: string,
  wholeFile: readonly Check[],
): SignatureSubject {
  const form = forms.get(signature.subFilter ?? '');
  const range = readByteRange(file, signature.byteRange, signature.contents);
  const format: Check[] = [];
  if (!form) format.push(finding('signature.subfilter_unsupported', { subFilter: signature.subFilter ?? '-' }));
  if (signature.contents.length === 0) format.push(finding('signature.contents_empty'));
  if (range.problem) format.push(finding(range.problem, { reason: range.reason }));
  else format.push(finding(range.stuffed ? 'signature.hole_stuffed' : 'signature.byte_range_valid'));
  format.push(...dictionaryFindings(signature.problems), ...wholeFile);
  if (form === 'timestamp-token' && signature.type === 'Sig') format.push(finding('signature.timestamp_type_invalid'));
  const { fieldName, signingTime, reason, location } = signature;
  return {
    id,
    kind: form === 'timestamp-token' ? 'timestamp' : 'signature',
    form: form ?? 'pdf-pkcs7',
    cms: signature.contents,
    format,
    content: range.problem ? [] : range.signedParts,
    ...(range.problem ? {} : { trailing: range.trailing }),
    ...(signature.subFilter === 'adbe.pkcs7.sha1' ? { digestInside: true } : {}),
    ...(fieldName === undefined ? {} : { fieldName }),
    ...(signingTime === undefined ? {} : { claimedTime: signingTime }),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
  };
}

function dictionaryFindings(problems: readonly PdfProblem[]): readonly Check[] {
  if (problems.length === 0) return [];
  const damaged = problems.some(({ code }) => damaging.has(code));
  const named = problems.map(
    ({ code, params }): Check => ({
      code,
      status: damaging.has(code) ? 'failed' : 'indeterminate',
      clause: 'ISO 32000-2 12.8.1',
      params,
    }),
  );
  return [finding(damaged ? 'signature.structure_damaged' : 'signature.structure_repaired'), ...named];
}
