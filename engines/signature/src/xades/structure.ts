import type { Check } from '@tra/pki';
import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  elementsBelow,
  lineOf,
  type ParsedDocument,
  type ParsedElement,
  textOf,
} from '@tra/xml';
import { finding } from '../findings.ts';
import { octetsOf } from './material.ts';
import { XADES_NAMESPACE } from './names.ts';

/** Children in their order; `?` may be left out, `*` may be repeated or left out, `+` is there at least once. */
type Sequence = readonly string[];

/** Types of the XAdES 1.3.2 schema of which the order and the presence of children are held (ETSI EN 319 132-1 annex C). */
const sequences: ReadonlyMap<string, Sequence> = new Map<string, Sequence>([
  ['DataObjectFormat', ['Description?', 'ObjectIdentifier?', 'MimeType?', 'Encoding?']],
  ['SignatureProductionPlace', ['City?', 'StateOrProvince?', 'PostalCode?', 'CountryName?']],
  ['SignaturePolicyId', ['SigPolicyId', 'Transforms?', 'SigPolicyHash', 'SigPolicyQualifiers?']],
  ['SigPolicyHash', ['DigestMethod', 'DigestValue']],
  ['CertDigest', ['DigestMethod', 'DigestValue']],
  ['IssuerSerial', ['X509IssuerName', 'X509SerialNumber']],
  ['SigningCertificate', ['Cert+']],
  ['SigningCertificateV2', ['Cert+']],
  ['SignerRole', ['ClaimedRoles?', 'CertifiedRoles?']],
  [
    'CommitmentTypeIndication',
    ['CommitmentTypeId', 'ObjectReference*', 'AllSignedDataObjects?', 'CommitmentTypeQualifiers?'],
  ],
  ['SignedProperties', ['SignedSignatureProperties?', 'SignedDataObjectProperties?']],
  ['QualifyingProperties', ['SignedProperties?', 'UnsignedProperties?']],
  ['UnsignedProperties', ['UnsignedSignatureProperties?', 'UnsignedDataObjectProperties?']],
  ['RevocationValues', ['CRLValues?', 'OCSPValues?', 'OtherValues?']],
  ['CRLValues', ['EncapsulatedCRLValue+']],
  ['OCSPValues', ['EncapsulatedOCSPValue+']],
  ['CompleteCertificateRefs', ['CertRefs']],
  ['CertRefs', ['Cert+']],
  ['CompleteRevocationRefs', ['CRLRefs?', 'OCSPRefs?', 'OtherRefs?']],
  ['CRLRefs', ['CRLRef+']],
  ['OCSPRefs', ['OCSPRef+']],
  ['CRLRef', ['DigestAlgAndValue', 'CRLIdentifier?']],
  ['OCSPRef', ['OCSPIdentifier', 'DigestAlgAndValue?']],
  ['CRLIdentifier', ['Issuer', 'IssueTime', 'Number?']],
  ['OCSPIdentifier', ['ResponderID', 'ProducedAt']],
  ['DigestAlgAndValue', ['DigestMethod', 'DigestValue']],
  ['ClaimedRoles', ['ClaimedRole+']],
  ['SigPolicyQualifiers', ['SigPolicyQualifier+']],
]);

/** Elements whose children may come in any order, but not be missing. */
const notEmpty: ReadonlySet<string> = new Set([
  'KeyInfo',
  'X509Data',
  'Transforms',
  'UnsignedSignatureProperties',
  'UnsignedDataObjectProperties',
]);

/** Attributes that must be there. */
const attributes: ReadonlyMap<string, string> = new Map([
  ['DataObjectFormat', 'ObjectReference'],
  ['QualifyingProperties', 'Target'],
]);

/** Elements whose text is base64. */
const base64: ReadonlySet<string> = new Set([
  'SignatureValue',
  'DigestValue',
  'X509Certificate',
  'EncapsulatedX509Certificate',
  'EncapsulatedCRLValue',
  'EncapsulatedOCSPValue',
  'EncapsulatedTimeStamp',
  'IssuerSerialV2',
]);

/** As the schema has it: bits left over in the last character break nothing there. */
const isBase64 = (element: ParsedElement): boolean => {
  if (octetsOf(element).length > 0) return true;
  const plain = textOf(element).replace(/[ \t\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
};

/**
 * Where a signature breaks the schemas of XML Signature and XAdES 1.3.2: order and presence of properties, base64, numbers, ids. Only what those schemas
 * say about properties that this engine reads; the strict reader of the signature itself comes before. The first place is told.
 */
export function structureFindings(document: ParsedDocument, signature: ParsedElement): readonly Check[] {
  const ids = new Set<string>();
  for (const element of elementsBelow(signature)) {
    const id = attributeOf(element, 'Id');
    const broken =
      breaksSchema(element) || (id !== undefined && (ids.has(id) || !/^[\p{L}_][\p{L}\p{N}_.\-·]*$/u.test(id)));
    if (id !== undefined) ids.add(id);
    if (!broken) continue;
    const params = { element: element.localName.slice(0, 80), line: lineOf(document, element.start) };
    return [finding('signature.structure_invalid', params)];
  }
  return [];
}

function breaksSchema(element: ParsedElement): boolean {
  const { localName, namespace } = element;
  if (namespace !== XADES_NAMESPACE && namespace !== DSIG_NAMESPACE) return false;
  if (base64.has(localName)) return !isBase64(element);
  if (notEmpty.has(localName)) return childElements(element).length === 0;
  if (localName === 'X509SerialNumber') return !/^[ \t\r\n]*[+-]?\d+[ \t\r\n]*$/.test(textOf(element));
  if (namespace !== XADES_NAMESPACE) return false;
  const wanted = attributes.get(localName);
  if (wanted !== undefined && attributeOf(element, wanted) === undefined) return true;
  const sequence = sequences.get(localName);
  return sequence !== undefined && !follows(childElements(element), sequence);
}

function follows(children: readonly ParsedElement[], sequence: Sequence): boolean {
  let at = 0;
  for (const entry of sequence) {
    const name = entry.replace(/[?*+]$/, '');
    const start = at;
    const most = /[*+]$/.test(entry) ? children.length : start + 1;
    while (at < most && children[at]?.localName === name) at += 1;
    if (at === start && !/[?*]$/.test(entry)) return false;
  }
  return at === children.length;
}
