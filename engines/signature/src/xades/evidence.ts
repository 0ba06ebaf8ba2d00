import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  isElement,
  type ParsedElement,
  textOf,
  xmlDigestOf,
} from '@tra/xml';
import type { Evidence, PolicyReference } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';
import { isProperty, keyInfoCertificates, octetsOf, unsignedMaterial } from './material.ts';
import type { XadesSignature } from './read.ts';
import { type StampedSignature, xadesTimestamps } from './timestamps.ts';

/** Everything in an XML signature that serves as evidence: time-stamps with what each covers, certificates, CRLs and OCSP responses with their place. */
export function xadesEvidence(stamped: StampedSignature): Evidence {
  const { signature } = stamped;
  const timestamps = xadesTimestamps(stamped);
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

const child = (parent: ParsedElement | undefined, name: string): ParsedElement | undefined =>
  parent && childElements(parent).find((one) => isProperty(one, name) || isElement(one, DSIG_NAMESPACE, name));

/** SignaturePolicyIdentifier (ETSI EN 319 132-1 clause 5.2.9). */
function policyOf({ signedSignatureProperties }: XadesSignature): PolicyReference | 'malformed' | undefined {
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
    ...(uri ? { uri: textOf(uri).trim().slice(0, 400) } : {}),
  };
}

/** CommitmentTypeIndication (clause 5.2.3). */
function commitmentsOf({ signedDataProperties }: XadesSignature): readonly string[] {
  return signedDataProperties
    .filter((property) => isProperty(property, 'CommitmentTypeIndication'))
    .slice(0, 64)
    .flatMap((property) => child(child(property, 'CommitmentTypeId'), 'Identifier') ?? [])
    .map((identifier) => textOf(identifier).trim().slice(0, 400));
}
