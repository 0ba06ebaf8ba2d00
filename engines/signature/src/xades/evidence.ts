import {
  attributeOf,
  canonicalize,
  childElements,
  DSIG_NAMESPACE,
  isElement,
  type ParsedElement,
  subtree,
  textOf,
  xmlDigestOf,
} from '@tra/xml';
import type { Evidence, PolicyReference } from '../evidence/model.ts';
import { type EmbeddedRecordInput, recordTimestamps } from '../evidence/records.ts';
import { materialOfTokens } from '../evidence/token.ts';
import { isRecords } from './level.ts';
import { isProperty, keyInfoCertificates, octetsOf, unsignedMaterial } from './material.ts';
import type { XadesSignature } from './read.ts';
import { type StampedSignature, sealedOctets, xadesTimestamps } from './timestamps.ts';

/** Everything in an XML signature that serves as evidence: time-stamps with what each covers, certificates, CRLs and OCSP responses with their place. */
export function xadesEvidence(stamped: StampedSignature): Evidence {
  const { signature } = stamped;
  const timestamps = [...xadesTimestamps(stamped), ...recordTimestamps(recordsOf(stamped))];
  const policy = policyOf(signature);
  const mimeType = [...signature.mimeTypes.values()][0];
  const keyInfo = { certificates: keyInfoCertificates(signature.xml.keyInfo), crls: [], ocspResponses: [] };
  return {
    timestamps,
    material: [
      { origin: 'key-info', ...keyInfo },
      ...unsignedMaterial(signature.unsignedProperties),
      { origin: 'time-stamp-token', ...materialOfTokens(timestamps.map(({ token }) => token)) },
    ],
    commitments: commitmentsOf(signature),
    ...(mimeType === undefined ? {} : { mimeType: mimeType.slice(0, 200) }),
    ...(policy === undefined ? {} : { policy }),
  };
}

/** SealingEvidenceRecords hold records in XML, or encapsulated in ASN.1 (ETSI TS 119 132-3). */
function recordsOf(stamped: StampedSignature): readonly EmbeddedRecordInput[] {
  const containers = stamped.signature.unsignedProperties.filter(isRecords).slice(0, 8);
  return containers.flatMap((container) => {
    const objects = [sealedOctets(container, stamped)];
    return childElements(container).flatMap((record): readonly EmbeddedRecordInput[] => {
      if (record.localName !== 'EvidenceRecord') return octetsOf(record).map((octets) => ({ record: octets, objects }));
      const set = subtree(stamped.document, record);
      return [{ record: canonicalize(set, { form: 'exclusive', comments: false }), objects }];
    });
  });
}

const child = (parent: ParsedElement | undefined, name: string): ParsedElement | undefined =>
  parent && childElements(parent).find((one) => isProperty(one, name) || isElement(one, DSIG_NAMESPACE, name));

/** SignaturePolicyIdentifier (ETSI EN 319 132-1 clause 5.2.9). */
function policyOf({
  signedSignatureProperties,
  unsignedProperties,
}: XadesSignature): PolicyReference | 'malformed' | undefined {
  const found = signedSignatureProperties.filter((property) => isProperty(property, 'SignaturePolicyIdentifier'));
  const [only, second] = found;
  if (!only) return undefined;
  if (second) return 'malformed';
  if (child(only, 'SignaturePolicyImplied')) return { id: '' };
  const body = child(only, 'SignaturePolicyId');
  const identifier = child(child(body, 'SigPolicyId'), 'Identifier');
  if (!identifier) return 'malformed';
  const hashPart = child(body, 'SigPolicyHash');
  const method = child(hashPart, 'DigestMethod');
  const value = child(hashPart, 'DigestValue');
  const digest = method && xmlDigestOf(attributeOf(method, 'Algorithm') ?? '');
  const [hash] = value ? octetsOf(value) : [];
  const uri = child(child(child(body, 'SigPolicyQualifiers'), 'SigPolicyQualifier'), 'SPURI');
  return {
    id: textOf(identifier)
      .trim()
      .replace(/^urn:oid:/i, '')
      .slice(0, 400),
    ...(digest ? { digest } : {}),
    ...(hash ? { hash } : {}),
    ...(child(body, 'Transforms') ? { otherOctets: true as const } : {}),
    ...storeOf(unsignedProperties),
    ...(uri ? { uri: textOf(uri).trim().slice(0, 400) } : {}),
  };
}

/** SignaturePolicyStore (clause 5.2.10): one that says where the document lies is not followed. */
function storeOf(properties: readonly ParsedElement[]): Pick<PolicyReference, 'store'> {
  const [only, second] = properties.filter((property) => isProperty(property, 'SignaturePolicyStore'));
  const document = second ? undefined : child(only, 'SignaturePolicyDocument');
  const [store] = document ? octetsOf(document) : [];
  return store ? { store } : {};
}

/** CommitmentTypeIndication (clause 5.2.3). */
function commitmentsOf({ signedDataProperties }: XadesSignature): readonly string[] {
  return signedDataProperties
    .filter((property) => isProperty(property, 'CommitmentTypeIndication'))
    .slice(0, 64)
    .flatMap((property) => child(child(property, 'CommitmentTypeId'), 'Identifier') ?? [])
    .map((identifier) => textOf(identifier).trim().slice(0, 400));
}
