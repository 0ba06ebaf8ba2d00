import type { Check } from '@tra/pki';
import { parseXml } from '@tra/xml';
import { finding } from '../findings.ts';
import type { DetachedPart, SignatureSubject } from '../subject.ts';
import { readAsn1Record } from './read-asn1.ts';
import { readXmlRecord } from './read-xml.ts';
import { checkRecord, type EvidenceRecord, EvidenceRecordError } from './record.ts';

/**
 * An evidence record as a subject of the process: its time-stamps with the roots that they must cover, and whether it covers each of `files`.
 * One that cannot be read fails.
 */
export function recordSubject(bytes: Uint8Array, files: readonly DetachedPart[], id: string): SignatureSubject {
  const recordForm = formOfRecord(bytes);
  const base = { id, kind: 'timestamp', form: 'evidence-record', recordForm, cms: new Uint8Array() } as const;
  try {
    const facts = checkRecord(
      readRecord(bytes),
      files.map((file) => file.bytes),
    );
    const format = facts.covered.map((covered, index): Check => {
      const uri = files[index]?.name?.slice(0, 200) ?? `${index + 1}`;
      return finding(covered ? 'signature.reference_intact' : 'signature.reference_differs', { uri });
    });
    const broken = facts.renewed ? [] : [finding('signature.renewal_broken')];
    const missing = files.length === 0 ? [finding('signature.content_missing')] : [];
    const stamps = facts.stamps.map(({ digest, token }) => ({ token, data: [], digest }));
    return { ...base, format: [...format, ...broken, ...missing], stamps };
  } catch (error) {
    if (!(error instanceof EvidenceRecordError)) throw error;
    return { ...base, format: [finding('signature.signature_malformed', { reason: error.message })], stamps: [] };
  }
}

/** The encoding of an evidence record: ASN.1 (RFC 4998), which begins as a SEQUENCE, or XML (RFC 6283). */
export function formOfRecord(bytes: Uint8Array): 'ASN.1' | 'XML' {
  return bytes[0] === 0x30 ? 'ASN.1' : 'XML';
}

/** Reads an evidence record in either encoding. Throws {@link EvidenceRecordError}. */
export function readRecord(bytes: Uint8Array): EvidenceRecord {
  if (formOfRecord(bytes) === 'ASN.1') return readAsn1Record(bytes);
  let document: ReturnType<typeof parseXml>;
  try {
    document = parseXml(bytes);
  } catch (cause) {
    throw new EvidenceRecordError('structure', { cause });
  }
  return readXmlRecord(document);
}

/** Whether DER begins as an EvidenceRecord: version 1, then a SEQUENCE of SEQUENCEs (a ContentInfo begins with an OID, RFC 4998 section 3.1). */
export function looksLikeAsn1Record(bytes: Uint8Array): boolean {
  const length = bytes[1] ?? 0;
  const at = length <= 0x80 ? 2 : 2 + (length & 0x7f);
  const start = [0x02, 0x01, 0x01, 0x30];
  return bytes[0] === 0x30 && at <= 10 && start.every((byte, index) => bytes[at + index] === byte);
}
