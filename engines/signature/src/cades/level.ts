import { CMS_ATTRIBUTE, CONTENT_TYPE, type SignedData, type SignerInfo } from '@tra/cms';
import { equalBytes } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import type { Evidence } from '../evidence/model.ts';
import { tokenId } from '../gather/ids.ts';
import type { LevelFacts } from '../levels/level.ts';
import { isStampedInTime, longTermOf, stampTimes } from '../levels/material.ts';

/** One signer with the certificate that was found for it. */
export interface CadesSigner {
  readonly signedData: SignedData;
  readonly signer: SignerInfo;
  readonly certificate: Certificate | undefined;
  readonly evidence: Evidence;
  readonly isCounterSignature?: boolean;
}

/** Number of values of an attribute. */
const count = (attributes: SignerInfo['signedAttributes'], ...oids: readonly string[]): number =>
  oids.reduce((sum, oid) => sum + (attributes.get(oid)?.length ?? 0), 0);

const { signingCertificate, signingCertificateV2 } = CMS_ATTRIBUTE;

/** Requirements that the baseline of CAdES and of PAdES share (ETSI EN 319 122-1 clause 6.3, table 1, and EN 319 142-1 clause 6.3). */
export function meetsCmsBaseline(one: CadesSigner, family: 'CAdES' | 'PAdES'): boolean {
  const { certificate, signedData, signer } = one;
  const { signedAttributes } = signer;
  const isIncluded = certificate && signedData.certificates.some((der) => equalBytes(der, certificate.der));
  return (
    isIncluded === true &&
    hasBasics(one) &&
    count(signedAttributes, CMS_ATTRIBUTE.signingTime) === (family === 'CAdES' ? 1 : 0) &&
    count(signedAttributes, CMS_ATTRIBUTE.signaturePolicy) <= 1 &&
    (one.isCounterSignature === true || signedData.contentType === CONTENT_TYPE.data) &&
    usesFittingAttribute(signer)
  );
}

/** content-type, message-digest and one reference to the signing certificate (EN 319 122-2 clause 4). */
export function hasBasics({ isCounterSignature, signer }: CadesSigner): boolean {
  const { signedAttributeList, signedAttributes } = signer;
  const roles: readonly string[] = [CMS_ATTRIBUTE.signerAttributes, CMS_ATTRIBUTE.signerAttributesV2];
  const types = count(signedAttributes, CMS_ATTRIBUTE.contentType);
  return (
    (types === 1 || (types === 0 && isCounterSignature === true)) &&
    count(signedAttributes, CMS_ATTRIBUTE.messageDigest) === 1 &&
    count(signedAttributes, signingCertificate, signingCertificateV2) === 1 &&
    signedAttributeList.filter(({ type }) => roles.includes(type)).length <= 1
  );
}

/** signing-certificate is for SHA-1 only, the second version for everything else (requirements h and i). */
function usesFittingAttribute({ signedAttributes }: SignerInfo): boolean {
  const [value] = signedAttributes.get(signingCertificateV2) ?? [];
  const sha1 = Buffer.from('2b0e03021a', 'hex');
  return value === undefined || !Buffer.from(value.subarray(0, 32)).includes(sha1);
}

const single: readonly string[] = [
  CMS_ATTRIBUTE.signingTime,
  CMS_ATTRIBUTE.commitmentType,
  CMS_ATTRIBUTE.contentHints,
  CMS_ATTRIBUTE.mimeType,
  CMS_ATTRIBUTE.signerLocation,
  CMS_ATTRIBUTE.signaturePolicy,
  CMS_ATTRIBUTE.contentReference,
  CMS_ATTRIBUTE.contentIdentifier,
];
const singleUnsigned: readonly string[] = [
  CMS_ATTRIBUTE.signaturePolicyStore,
  CMS_ATTRIBUTE.certificateRefs,
  CMS_ATTRIBUTE.revocationRefs,
  CMS_ATTRIBUTE.attributeCertificateRefs,
  CMS_ATTRIBUTE.attributeRevocationRefs,
  CMS_ATTRIBUTE.certificateValues,
  CMS_ATTRIBUTE.revocationValues,
];

/** The extended basic form (EN 319 122-2 clause 4.3, CAdES-E-BES). */
export function meetsExtendedBasic(one: CadesSigner): boolean {
  const { signedAttributeList, unsignedAttributeList } = one.signer;
  return (
    hasBasics(one) &&
    single.every((oid) => signedAttributeList.filter(({ type }) => type === oid).length <= 1) &&
    singleUnsigned.every((oid) => unsignedAttributeList.filter(({ type }) => type === oid).length <= 1) &&
    usesFittingAttribute(one.signer)
  );
}

/** A policy is named, and its document stands beside only when its digest is signed (EN 319 122-2 clause 4.3, requirement c). */
export function namesPolicy({ evidence, signer }: CadesSigner): boolean {
  const { policy } = evidence;
  const isStored = count(signer.unsignedAttributes, CMS_ATTRIBUTE.signaturePolicyStore) > 0;
  return policy !== undefined && policy !== 'malformed' && (!isStored || policy.digest !== undefined);
}

const olderForms: readonly string[] = [
  CMS_ATTRIBUTE.certificateValues,
  CMS_ATTRIBUTE.certificateRefs,
  CMS_ATTRIBUTE.revocationValues,
  CMS_ATTRIBUTE.revocationRefs,
  CMS_ATTRIBUTE.certCrlTimeStamp,
];

/** The facts by which the level of a CAdES signature is told. */
export function cadesLevelFacts(one: CadesSigner): LevelFacts {
  const { certificate, evidence, signer } = one;
  const { unsignedAttributes } = signer;
  const stamps = evidence.timestamps.filter(({ kind }) => kind === 'signature');
  const archives = evidence.timestamps.filter(({ kind }) => kind === 'archive' || kind === 'container');
  const { allSelfSigned, complete: hasAll } = longTermOf(
    certificate,
    evidence,
    namesMaterial(unsignedAttributes) ? 'path' : 'signer',
  );
  const complete = allSelfSigned ? stamps.length > 0 && carriesAuthorities(one) : hasAll;
  const stamped = isStampedInTime(stamps, certificate);
  const isStoreless = count(unsignedAttributes, CMS_ATTRIBUTE.signaturePolicyStore) === 0 || namesPolicy(one);
  const xTypes = count(unsignedAttributes, CMS_ATTRIBUTE.certCrlTimeStamp, CMS_ATTRIBUTE.escTimeStamp);
  return {
    family: 'CAdES',
    baseline: meetsCmsBaseline(one, 'CAdES') && isStoreless,
    basic: meetsExtendedBasic(one),
    policy: namesPolicy(one),
    stamped,
    baselineStamped: stamped,
    complete,
    baselineComplete: complete && count(unsignedAttributes, ...olderForms) === 0,
    references: hasReferences(one, allSelfSigned),
    stampedReferences: xTypes === 1,
    archived: archives.length > 0,
    baselineArchived: archives.some(({ kind, variant }) => variant === 'CAdES-v3' || kind === 'container'),
    records: holdsRecord(one),
  };
}

/** Complete references demand a value for each of them: the status of the whole path (EN 319 122-2 clause 4.7). */
const namesMaterial = (unsigned: SignerInfo['unsignedAttributes']): boolean =>
  count(unsigned, CMS_ATTRIBUTE.certificateRefs, CMS_ATTRIBUTE.revocationRefs) > 0;

/** Where all certificates are self-signed: those of the authorities must stand in the SignedData itself. */
function carriesAuthorities({ evidence, signedData }: CadesSigner): boolean {
  const own = new Set(signedData.certificates.map(tokenId));
  return (
    stampTimes(evidence.timestamps).length > 0 &&
    evidence.material
      .filter(({ origin }) => origin === 'time-stamp-token')
      .every(({ certificates }) => certificates.some((der) => own.has(tokenId(der))))
  );
}

function hasReferences({ signer: { unsignedAttributes } }: CadesSigner, allSelfSigned: boolean): boolean {
  const revocations = count(unsignedAttributes, CMS_ATTRIBUTE.revocationRefs);
  const enough = revocations === 1 || (revocations === 0 && allSelfSigned);
  return count(unsignedAttributes, CMS_ATTRIBUTE.certificateRefs) === 1 && enough;
}

/** A record inside: internal for an attached signature, external for a detached one (EN 319 122-3, requirement q). It covers all signers. */
function holdsRecord({ signedData }: CadesSigner): boolean {
  const { evidenceRecordExternal, evidenceRecordInternal } = CMS_ATTRIBUTE;
  const [wanted, other] = signedData.content
    ? [evidenceRecordInternal, evidenceRecordExternal]
    : [evidenceRecordExternal, evidenceRecordInternal];
  return signedData.signers.some(
    ({ unsignedAttributes }) => count(unsignedAttributes, wanted) > 0 && count(unsignedAttributes, other) === 0,
  );
}
