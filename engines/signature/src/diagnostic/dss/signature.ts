import type { SignatureData, SignaturePolicyData } from '../signature.ts';
import {
  chainIds,
  digestOf,
  instant,
  present,
  signatureFacts,
  signingCertificate,
  truth,
  type View,
} from './element.ts';
import { foundCertificates, foundRevocations, readMatcher, readScopes, signerInfos } from './found.ts';
import { readRevision } from './pdf.ts';

const texts = (views: readonly View[]): string[] => views.flatMap(({ text }) => text ?? []);

/** Signatures/Signature. */
export function readSignature(view: View): SignatureData | undefined {
  const id = view.attribute('Id');
  if (id === undefined) return undefined;
  const structure = view.child('StructuralValidation');
  const roles = view.all('SignerRole');
  const place = view.child('SignatureProductionPlace');
  return present<SignatureData>({
    id,
    filename: view.child('SignatureFilename').text,
    format: view.child('SignatureFormat').text ?? '',
    parent: view.attribute('Parent') ?? view.child('Parent').text,
    duplicated: truth(view.attribute('Duplicated')) ?? truth(view.attribute('duplicated')),
    claimedSigningTime: instant(view.child('ClaimedSigningTime').text),
    structure: structure.present
      ? { valid: truth(structure.attribute('valid')) ?? false, messages: texts(structure.all('Message')) }
      : undefined,
    digestMatchers: view.entries('DigestMatchers', 'DigestMatcher').map(readMatcher),
    // A signature of a PDF without the store was not found to have one signer.
    signerInfos: signerInfos(view) ?? (view.child('PDFRevision').present ? [] : undefined),
    pdfRevision: readRevision(view.child('PDFRevision')),
    curveMatchesAlgorithm: curveMatch(view),
    policy: readPolicy(view.child('Policy'), view.child('SignaturePolicyStore').present),
    contentType: view.child('ContentType').text,
    contentHints: view.child('ContentHints').text,
    contentIdentifier: view.child('ContentIdentifier').text,
    mimeType: view.child('MimeType').text,
    commitmentTypes: texts(
      view.entries('CommitmentTypeIndications', 'CommitmentTypeIndication').map((entry) => entry.child('Identifier')),
    ),
    claimedRoles: texts(
      roles.filter((role) => role.child('Category').text !== 'CERTIFIED').map((role) => role.child('Role')),
    ),
    certifiedRoles: texts(
      roles.filter((role) => role.child('Category').text === 'CERTIFIED').map((role) => role.child('Role')),
    ),
    productionPlace: place.present
      ? present({ country: place.child('CountryName').text, city: place.child('City').text })
      : undefined,
    signature: signatureFacts(view),
    signingCertificate: signingCertificate(view),
    chain: chainIds(view),
    foundCertificates: foundCertificates(view),
    foundRevocations: foundRevocations(view),
    timestamps: view
      .entries('FoundTimestamps', 'FoundTimestamp')
      .flatMap((entry) => entry.attribute('Timestamp') ?? []),
    evidenceRecords: view
      .entries('FoundEvidenceRecords', 'FoundEvidenceRecord')
      .flatMap((entry) => entry.attribute('EvidenceRecord') ?? []),
    scopes: readScopes(view, 'SignatureScopes', 'SignatureScope'),
  });
}

const curves: Readonly<Record<string, number>> = { SHA256: 256, SHA384: 384, SHA512: 521 };

/** RFC 7518 clause 3.4: ES256, ES384 and ES512 are defined with one curve each; undefined for anything but JAdES with ECDSA. */
function curveMatch(view: View): boolean | undefined {
  if (!(view.child('SignatureFormat').text ?? '').match(/^(JAdES|JSON)/)) return undefined;
  const { encryptionAlgorithm = '', digestAlgorithm = '', keyLength } = signatureFacts(view);
  if (!encryptionAlgorithm.endsWith('ECDSA')) return undefined;
  return keyLength !== undefined && curves[digestAlgorithm] === keyLength;
}

function readPolicy(view: View, storePresent: boolean): SignaturePolicyData | undefined {
  const id = view.child('Id').text;
  if (id === undefined) return undefined;
  const digest = view.child('DigestAlgoAndValue');
  return present<SignaturePolicyData>({
    id,
    url: view.child('Url').text,
    identified: truth(view.child('Identified').text) ?? false,
    digest: digestOf(digest),
    digestMatch: truth(digest.attribute('match')),
    zeroHash: truth(digest.attribute('zeroHash')),
    storePresent,
    processingError: view.child('ProcessingError').text,
  });
}
