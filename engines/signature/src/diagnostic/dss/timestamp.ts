import type { EvidenceRecordData, TimestampData, TimestampType } from '../timestamp.ts';
import { chainIds, instant, present, signatureFacts, signingCertificate, truth, type View } from './element.ts';
import { coveredObjects, foundCertificates, foundRevocations, readMatcher, readScopes, signerInfos } from './found.ts';
import { readRevision } from './pdf.ts';

const types: Readonly<Record<string, TimestampType>> = {
  CONTENT_TIMESTAMP: 'content',
  ALL_DATA_OBJECTS_TIMESTAMP: 'all-data-objects',
  INDIVIDUAL_DATA_OBJECTS_TIMESTAMP: 'individual-data-objects',
  SIGNATURE_TIMESTAMP: 'signature',
  VRI_TIMESTAMP: 'vri',
  VALIDATION_DATA_REFSONLY_TIMESTAMP: 'validation-data-references',
  VALIDATION_DATA_TIMESTAMP: 'validation-data',
  DOCUMENT_TIMESTAMP: 'document',
  ARCHIVE_TIMESTAMP: 'archive',
  CONTAINER_TIMESTAMP: 'container',
  EVIDENCE_RECORD_TIMESTAMP: 'evidence-record',
};

const roles: Readonly<Record<string, TimestampData['evidenceRecordRole']>> = {
  ARCHIVE_TIMESTAMP: 'archive',
  TIMESTAMP_RENEWAL_ARCHIVE_TIMESTAMP: 'timestamp-renewal',
  HASH_TREE_RENEWAL_ARCHIVE_TIMESTAMP: 'hash-tree-renewal',
};

/** EN 319 122-1 clause 5.5.2: an archive time-stamp of the third version has a hash index. */
const needsIndex = (view: View): boolean =>
  view.attribute('Type') === 'ARCHIVE_TIMESTAMP' && view.child('ArchiveTimestampType').text === 'CAdES-v3';

/** UsedTimestamps/Timestamp. */
export function readTimestamp(view: View): TimestampData | undefined {
  const id = view.attribute('Id');
  const productionTime = instant(view.child('ProductionTime').text);
  if (id === undefined || productionTime === undefined) return undefined;
  const name = view.child('TSAGeneralName');
  const index = view.child('AtsHashIndexValidation');
  return present<TimestampData>({
    id,
    type: types[view.attribute('Type') ?? ''] ?? 'container',
    filename: view.child('TimestampFilename').text,
    archiveType: view.child('ArchiveTimestampType').text,
    evidenceRecordRole: roles[view.child('EvidenceRecordTimestampType').text ?? ''],
    atsHashIndexValid: needsIndex(view) ? truth(index.attribute('valid')) === true : undefined,
    productionTime,
    digestMatchers: view.all('DigestMatcher').map(readMatcher),
    signerInfos: signerInfos(view),
    tsaName: name.present
      ? present({
          value: name.text ?? '',
          contentMatch: truth(name.attribute('contentMatch')),
          orderMatch: truth(name.attribute('orderMatch')),
        })
      : undefined,
    pdfRevision: readRevision(view.child('PDFRevision')),
    signature: signatureFacts(view),
    signingCertificate: signingCertificate(view),
    chain: chainIds(view),
    foundCertificates: foundCertificates(view),
    foundRevocations: foundRevocations(view),
    covered: coveredObjects(view),
    scopes: readScopes(view, 'TimestampScopes', 'TimestampScope'),
  });
}

/** EvidenceRecords/EvidenceRecord. */
export function readEvidenceRecord(view: View): EvidenceRecordData | undefined {
  const id = view.attribute('Id');
  if (id === undefined) return undefined;
  const origin = view.child('Origin').text;
  const structure = view.child('StructuralValidation');
  return present<EvidenceRecordData>({
    id,
    type: (view.child('Type').text ?? '').startsWith('XML') ? 'XML' : 'ASN.1',
    filename: view.child('DocumentName').text,
    origin: origin === 'CONTAINER' ? 'container' : origin === 'SIGNATURE' ? 'signature' : 'external',
    parent: view.attribute('Parent') ?? view.child('Parent').text,
    structure: structure.present ? { valid: truth(structure.attribute('valid')) ?? false } : undefined,
    digestMatchers: view.entries('DigestMatchers', 'DigestMatcher').map(readMatcher),
    timestamps: view
      .entries('EvidenceRecordTimestamps', 'FoundTimestamp')
      .flatMap((entry) => entry.attribute('Timestamp') ?? []),
    foundCertificates: foundCertificates(view),
    foundRevocations: foundRevocations(view),
    covered: coveredObjects(view),
    scopes: readScopes(view, 'EvidenceRecordScopes', 'SignatureScope'),
  });
}
