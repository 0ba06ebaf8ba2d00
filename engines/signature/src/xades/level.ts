import { equalBytes } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  isElement,
  type ParsedElement,
  textOf,
  type XmlReferenceResult,
} from '@tra/xml';
import type { Evidence } from '../evidence/model.ts';
import type { LevelFacts } from '../levels/level.ts';
import { hasWholePath, isStampedInTime, longTermOf } from '../levels/material.ts';
import { isProperty, keyInfoCertificates } from './material.ts';
import { SIGNED_PROPERTIES_TYPE, XADES_RECORD_NAMESPACE } from './names.ts';
import type { XadesSignature } from './read.ts';

/** One XML signature with what was found out about it. */
export interface XadesSigner {
  readonly signature: XadesSignature;
  readonly certificate: Certificate | undefined;
  readonly evidence: Evidence;
  readonly references: readonly XmlReferenceResult[];
  readonly manifestReferences: readonly XmlReferenceResult[];
  /** ds:KeyInfo with the signer's certificate is signed. */
  readonly keyInfoSigned: boolean;
}

const counted = (list: readonly ParsedElement[], ...names: readonly string[]): number =>
  list.filter((one) => names.some((name) => isProperty(one, name))).length;

/** The facts by which the level of an XML signature is told (ETSI EN 319 132-1 clause 6.3, EN 319 132-2 clause 4). */
export function xadesLevelFacts(one: XadesSigner): LevelFacts {
  const { certificate, evidence, signature } = one;
  const { unsignedProperties } = signature;
  const stamps = evidence.timestamps.filter(({ kind }) => kind === 'signature');
  const archives = evidence.timestamps.filter(({ kind }) => kind === 'archive');
  const baseline = meetsBaseline(one);
  // Complete references demand a value for each of them: the status of the whole path (EN 319 132-2 clause 4.7).
  const refers = counted(unsignedProperties, ...certificateRefs, 'CompleteRevocationRefs') > 0;
  const { allSelfSigned, complete: hasAll } = longTermOf(certificate, evidence, refers ? 'path' : 'signer');
  const values = counted(unsignedProperties, 'CertificateValues', 'AttrAuthoritiesCertValues');
  // B-LT demands every certificate of the path; which one is an anchor the signature cannot say (clause 5.4.1).
  const complete = allSelfSigned ? values > 0 : hasAll && (!baseline || hasWholePath(certificate, evidence.material));
  const stamped = isStampedInTime(stamps, certificate);
  const containers = unsignedProperties.filter((property) => isProperty(property, 'SignatureTimeStamp'));
  return {
    family: 'XAdES',
    baseline,
    basic: meetsExtendedBasic(one),
    policy: namesPolicy(one),
    stamped,
    baselineStamped: stamped && containers.every((container) => stampsIn(container) === 1),
    complete,
    baselineComplete: complete && hasNoOlderForms(unsignedProperties),
    references: hasReferences(unsignedProperties, allSelfSigned),
    stampedReferences: counted(unsignedProperties, ...overReferences) > 0,
    archived: archives.length > 0,
    baselineArchived: archives.length > 0,
    records: unsignedProperties.some(isRecords),
  };
}

const stampsIn = (container: ParsedElement): number =>
  childElements(container).filter((child) => isProperty(child, 'EncapsulatedTimeStamp')).length;

/** SealingEvidenceRecords (ETSI TS 119 132-3). */
export const isRecords = ({ localName, namespace }: ParsedElement): boolean =>
  localName === 'SealingEvidenceRecords' && namespace === XADES_RECORD_NAMESPACE;

const overReferences = [
  'SigAndRefsTimeStamp',
  'SigAndRefsTimeStampV2',
  'RefsOnlyTimeStamp',
  'RefsOnlyTimeStampV2',
] as const;
const certificateRefs = ['CompleteCertificateRefs', 'CompleteCertificateRefsV2'] as const;

function hasNoOlderForms(properties: readonly ParsedElement[]): boolean {
  const once = ['CertificateValues', 'AttrAuthoritiesCertValues', 'RevocationValues', 'AttributeRevocationValues'];
  return (
    once.every((name) => counted(properties, name) <= 1) &&
    counted(properties, ...certificateRefs, 'CompleteRevocationRefs', ...overReferences) === 0
  );
}

function hasReferences(properties: readonly ParsedElement[], allSelfSigned: boolean): boolean {
  const certificates = counted(properties, ...certificateRefs);
  const revocations = counted(properties, 'CompleteRevocationRefs');
  const isOne = (found: number): boolean => found === 1 || (found === 0 && allSelfSigned);
  return isOne(certificates) && isOne(revocations);
}

const isSigningCertificate = ['SigningCertificate', 'SigningCertificateV2'] as const;

/** The reference to the signed properties says that it is (clause 4.4.2); earlier versions have their own number in it. */
const namesSignedProperties = /^http:\/\/uri\.etsi\.org\/01903(?:\/v1\.\d\.\d)?#SignedProperties$/;

/** Requirements of XAdES-B-B (clause 6.3, table 2). */
function meetsBaseline(one: XadesSigner): boolean {
  const { certificate, references, signature } = one;
  const { signedSignatureProperties: signed, unsignedProperties: unsigned, xml } = signature;
  const included = certificate && keyInfoCertificates(xml.keyInfo).some((der) => equalBytes(der, certificate.der));
  const store = counted(unsigned, 'SignaturePolicyStore');
  return (
    included === true &&
    references.length >= 2 &&
    references.some(({ reference }) => namesSignedProperties.test(reference.type ?? '')) &&
    counted(signed, 'SigningTime') === 1 &&
    counted(signed, ...isSigningCertificate) === 1 &&
    counted(signed, 'SignerRole', 'SignerRoleV2') <= 1 &&
    counted(signed, 'SignatureProductionPlace', 'SignatureProductionPlaceV2') <= 1 &&
    counted(signed, 'SignaturePolicyIdentifier') <= 1 &&
    store <= 1 &&
    hasNoCertificateUri(signed) &&
    formatsOf(signature).every((format) => isFormat(format, one) && hasMimeType(format)) &&
    everyDataIsDescribed(one)
  );
}

/** SigningCertificateV2 must not say where the certificates are (requirement i). */
function hasNoCertificateUri(signed: readonly ParsedElement[]): boolean {
  const list = signed.filter((property) => isProperty(property, 'SigningCertificateV2')).flatMap(childElements);
  return list.every((cert) => attributeOf(cert, 'URI') === undefined);
}

/** The extended basic form (EN 319 132-2 clause 4.2.1, XAdES-E-BES). */
function meetsExtendedBasic(one: XadesSigner): boolean {
  const { keyInfoSigned, signature } = one;
  const signed = signature.signedSignatureProperties;
  const certificates = counted(signed, ...isSigningCertificate);
  return (
    counted(signed, 'SigningTime') <= 1 &&
    certificates <= 1 &&
    (certificates === 1 || keyInfoSigned) &&
    counted(signed, 'SignatureProductionPlace', 'SignatureProductionPlaceV2') <= 1 &&
    counted(signed, 'SignerRole', 'SignerRoleV2') <= 1 &&
    formatsOf(signature).every((format) => isFormat(format, one))
  );
}

function namesPolicy({ evidence, signature }: XadesSigner): boolean {
  const { policy } = evidence;
  const stores = counted(signature.unsignedProperties, 'SignaturePolicyStore');
  return policy !== undefined && policy !== 'malformed' && stores <= 1 && (stores === 0 || policy.digest !== undefined);
}

const formatsOf = ({ signedDataProperties }: XadesSignature): readonly ParsedElement[] =>
  signedDataProperties.filter((property) => isProperty(property, 'DataObjectFormat'));

const childNamed = (parent: ParsedElement, name: string): readonly ParsedElement[] =>
  childElements(parent).filter((child) => isProperty(child, name));

const hasMimeType = (format: ParsedElement): boolean => childNamed(format, 'MimeType').length === 1;

/** DataObjectFormat describes something (clause 5.2.4): at least one description of a reference that there is, not against its ds:Object. */
function isFormat(format: ParsedElement, { manifestReferences, references, signature }: XadesSigner): boolean {
  const says = ['Description', 'ObjectIdentifier', 'MimeType'].some((name) => childNamed(format, name).length === 1);
  const pointer = attributeOf(format, 'ObjectReference');
  if (!says || pointer === undefined || !pointer.startsWith('#')) return false;
  const named = [...references, ...manifestReferences].find(({ reference }) => reference.id === pointer.slice(1));
  return named !== undefined && agreesWithObject(format, named, signature);
}

function agreesWithObject(format: ParsedElement, { reference }: XmlReferenceResult, { xml }: XadesSignature): boolean {
  const object = xml.objects.find((one) => `#${attributeOf(one, 'Id') ?? ''}` === reference.uri);
  if (!object) return true;
  return (['MimeType', 'Encoding'] as const).every((name) => {
    const stated = attributeOf(object, name);
    const [said] = childNamed(format, name);
    return !stated || !said || textOf(said).trim() === stated;
  });
}

/** Each signed data object is described, but the signature's own parts, manifests and counter-signed values (requirement k). */
function everyDataIsDescribed(one: XadesSigner): boolean {
  const described = new Set(formatsOf(one.signature).map((format) => attributeOf(format, 'ObjectReference')));
  return one.references.every(
    (result) =>
      isOwnPart(result, one.signature) || result.reference.id === undefined || described.has(`#${result.reference.id}`),
  );
}

const ownTypes = [
  SIGNED_PROPERTIES_TYPE,
  'http://uri.etsi.org/01903#CountersignedSignature',
  `${DSIG_NAMESPACE}Manifest`,
] as const;

function isOwnPart({ reference, target }: XmlReferenceResult, { signedProperties, xml }: XadesSignature): boolean {
  if (!reference.uri?.startsWith('#')) return false;
  if ((ownTypes as readonly string[]).includes(reference.type ?? '')) return true;
  if (target?.kind !== 'element') return false;
  return (
    target === signedProperties || target === xml.keyInfo || isElement(target, DSIG_NAMESPACE, 'SignatureProperties')
  );
}
