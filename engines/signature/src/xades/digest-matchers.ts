import type { XmlReferenceResult } from '@tra/xml';
import type { DigestMatcherData, DigestMatcherType } from '../diagnostic/token.ts';
import { digestName } from '../gather/algorithms.ts';
import { SIGNED_PROPERTIES_TYPE } from './names.ts';
import type { XadesSignature } from './read.ts';
import { isMethodUnknown } from './unknown-method.ts';
import type { XadesCryptoFacts } from './verify.ts';

/** The references of a signature and of the manifests that it signs, with what was found for each (ETSI TS 119 102-2 clause 4.3.10). */
export function digestMatchers(
  { manifestReferences, references }: XadesCryptoFacts,
  signature: XadesSignature,
): readonly DigestMatcherData[] {
  return [
    ...references.map((one) => matcherOf(one, typeOf(one, signature))),
    ...manifestReferences.map((one) => matcherOf(one, 'manifest-entry')),
  ];
}

function typeOf({ reference, target }: XmlReferenceResult, signature: XadesSignature): DigestMatcherType {
  const { type = '' } = reference;
  if (signature.counterSignatureOf && type.endsWith('#CountersignedSignature')) return 'counter-signature';
  const isProperties = target !== undefined && target === signature.signedProperties;
  if (type === SIGNED_PROPERTIES_TYPE || isProperties || /#SignedProperties$/.test(type)) return 'signed-properties';
  if (type.endsWith('#Manifest')) return 'manifest';
  if (type.endsWith('#Object')) return 'object';
  return target !== undefined && target === signature.xml.keyInfo ? 'key-info' : 'reference';
}

function matcherOf(
  { found, intact, reason, reference }: XmlReferenceResult,
  type: DigestMatcherType,
): DigestMatcherData {
  const uri = (reference.uri ?? '').slice(0, 200);
  const algorithm = digestName(reference.digest);
  return {
    type,
    ...(reference.id === undefined ? {} : { name: reference.id.slice(0, 200) }),
    uri,
    ...(algorithm === undefined ? {} : { digest: { algorithm } }),
    found,
    intact,
    ...(isMethodUnknown(reason) ? { unsupported: true as const } : {}),
    ...(reason === 'xml.reference_ambiguous' ? { duplicated: true } : {}),
  };
}
