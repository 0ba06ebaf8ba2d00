import { parseXml } from '@tra/xml';
import { ProcessError } from '../../process/errors.ts';
import {
  type ContainerData,
  DIAGNOSTIC_DATA_VERSION,
  type DiagnosticData,
  type PdfAData,
  type TrustedListData,
} from '../model.ts';
import type { RevocationData } from '../revocation.ts';
import { readCertificate } from './certificate.ts';
import {
  chainIds,
  instant,
  present,
  signatureFacts,
  signingCertificate,
  truth,
  type View,
  viewOf,
  whole,
} from './element.ts';
import { foundCertificates, originOf } from './found.ts';
import { readSignature } from './signature.ts';
import { readEvidenceRecord, readTimestamp } from './timestamp.ts';

const NAMESPACE = 'http://dss.esig.europa.eu/validation/diagnostic';

/** Real files have up to a megabyte; embedded lists make them larger. */
const limits = { maxBytes: 64 * 1024 * 1024, maxDepth: 40, maxNodes: 1_000_000 };

/**
 * Reads diagnostic data as DSS writes them (versions 5.5 and later, namespace `http://dss.esig.europa.eu/validation/diagnostic`), so that what
 * was kept by its users can be judged again here. Digests become hexadecimal, names of algorithms and kinds become ours, identifiers stay.
 * Throws `ProcessError` `process.data_invalid` when it is no such file, and `XmlError` when it is no XML or too large.
 *
 * @example
 * const report = executeValidation(readDssDiagnosticData(bytes), readConstraintXml(policy).policy);
 */
export function readDssDiagnosticData(bytes: Uint8Array): DiagnosticData {
  const { root } = parseXml(bytes, limits);
  const view = viewOf(root);
  const validationTime = instant(view.child('ValidationDate').text);
  if (view.name !== 'DiagnosticData' || root.namespace !== NAMESPACE || validationTime === undefined) {
    throw new ProcessError('process.data_invalid', { params: { where: 'DiagnosticData' } });
  }
  return present<DiagnosticData>({
    version: DIAGNOSTIC_DATA_VERSION,
    documentName: view.child('DocumentName').text,
    validationTime,
    container: readContainer(view.child('ContainerInfo')),
    pdfA: readPdfA(view.child('PDFAInfo')),
    signatures: view.entries('Signatures', 'Signature').flatMap((entry) => readSignature(entry) ?? []),
    timestamps: view.entries('UsedTimestamps', 'Timestamp').flatMap((entry) => readTimestamp(entry) ?? []),
    evidenceRecords: view
      .entries('EvidenceRecords', 'EvidenceRecord')
      .flatMap((entry) => readEvidenceRecord(entry) ?? []),
    certificates: view.entries('UsedCertificates', 'Certificate').flatMap((entry) => readCertificate(entry) ?? []),
    revocations: view.entries('UsedRevocations', 'Revocation').flatMap((entry) => readRevocation(entry) ?? []),
    trustedLists: view.entries('TrustedLists', 'TrustedList').flatMap((entry) => readTrustedList(entry) ?? []),
  });
}

const texts = (views: readonly View[]): string[] => views.flatMap(({ text }) => text ?? []);

function readContainer(view: View): ContainerData | undefined {
  const type = view.child('ContainerType').text;
  if (type === undefined) return undefined;
  return present<ContainerData>({
    type,
    zipComment: view.child('ZipComment').text,
    mimeTypePresent: truth(view.child('MimeTypeFilePresent').text) ?? false,
    mimeTypeContent: view.child('MimeTypeContent').text,
    contentFiles: texts(view.entries('ContentFiles', 'ContentFile')),
    manifests: view.entries('ManifestFiles', 'ManifestFile').map((file) =>
      present({
        filename: file.child('Filename').text ?? '',
        signatureFilename: file.child('SignatureFilename').text,
        entries: texts(file.entries('Entries', 'Entry')),
      }),
    ),
  });
}

function readPdfA(view: View): PdfAData | undefined {
  if (!view.present) return undefined;
  return present<PdfAData>({
    profile: view.child('ProfileId').text,
    compliant: truth(view.attribute('compliant')) ?? false,
    messages: texts(view.entries('ValidationMessages', 'Message')),
  });
}

function readRevocation(view: View): RevocationData | undefined {
  const id = view.attribute('Id');
  const type = view.child('Type').text;
  if (id === undefined || (type !== 'CRL' && type !== 'OCSP')) return undefined;
  return present<RevocationData>({
    id,
    type,
    origin: originOf(view.child('Origin').text),
    sourceAddress: view.child('SourceAddress').text,
    productionTime: instant(view.child('ProductionDate').text),
    thisUpdate: instant(view.child('ThisUpdate').text),
    nextUpdate: instant(view.child('NextUpdate').text),
    archiveCutOff: instant(view.child('ArchiveCutOff').text),
    expiredCertsOnCrl: instant(view.child('ExpiredCertsOnCRL').text),
    certHashPresent: truth(view.child('CertHashExtensionPresent').text),
    certHashMatch: truth(view.child('CertHashExtensionMatch').text),
    responderIdMatch: type === 'OCSP' ? responderMatch(view) : undefined,
    signature: signatureFacts(view),
    signingCertificate: signingCertificate(view),
    chain: chainIds(view),
    foundCertificates: foundCertificates(view),
  });
}

/** The reference to the responder was resolved to the certificate that signed, and to no other; one that was not resolved names nobody. */
function responderMatch(view: View): boolean {
  const signer = signingCertificate(view)?.certificate;
  const named = view
    .entries('FoundCertificates', 'RelatedCertificate')
    .filter((entry) =>
      entry.all('CertificateRef').some((reference) => reference.child('Origin').text === 'SIGNING_CERTIFICATE'),
    );
  return named.length === 1 && signer !== undefined && named[0]?.attribute('Certificate') === signer;
}

function readTrustedList(view: View): TrustedListData | undefined {
  const id = view.attribute('Id');
  if (id === undefined) return undefined;
  return present<TrustedListData>({
    id,
    url: view.child('Url').text,
    countryCode: view.child('CountryCode').text,
    sequenceNumber: whole(view.child('SequenceNumber').text),
    version: whole(view.child('Version').text),
    issued: instant(view.child('IssueDate').text),
    nextUpdate: instant(view.child('NextUpdate').text),
    loaded: instant(view.child('LastLoading').text),
    wellSigned: truth(view.child('WellSigned').text) ?? false,
    structureValid: truth(view.child('StructuralValidation').attribute('valid')),
    lotl: truth(view.attribute('LOTL')),
    parent: view.attribute('parent'),
  });
}
