import { childElements, DSIG_NAMESPACE, decodeBase64, isElement, type ParsedElement, textOf } from '@tra/xml';
import type { FoundMaterial, MaterialOrigin } from '../evidence/model.ts';
import { XADES_141_NAMESPACE, xadesNamespaces } from './names.ts';

/** Properties that hold certificates and revocation information, and the place that each is (ETSI EN 319 132-1 clauses 5.4 and 5.5.1). */
const origins: ReadonlyMap<string, MaterialOrigin> = new Map<string, MaterialOrigin>([
  ['CertificateValues', 'certificate-values'],
  ['RevocationValues', 'revocation-values'],
  ['AttrAuthoritiesCertValues', 'attribute-certificate-values'],
  ['AttributeRevocationValues', 'attribute-revocation-values'],
  ['TimeStampValidationData', 'time-stamp-validation-data'],
  ['AnyValidationData', 'time-stamp-validation-data'],
]);

/** Most values of one kind that are taken from a property. */
const maxValues = 128;

/** Whether an element is an XAdES property of a name, in any version. */
export function isProperty(element: ParsedElement, localName: string): boolean {
  const isKnown = xadesNamespaces.includes(element.namespace) || element.namespace === XADES_141_NAMESPACE;
  return isKnown && element.localName === localName;
}

/** Certificates, CRLs and OCSP responses among unsigned signature properties, by property. */
export function unsignedMaterial(properties: readonly ParsedElement[]): readonly FoundMaterial[] {
  return properties.flatMap((property) => {
    const origin = origins.get(property.localName);
    return origin && isProperty(property, property.localName) ? [{ origin, ...valuesOf(property) }] : [];
  });
}

/** What one property holds. */
export function valuesOf(property: ParsedElement): Omit<FoundMaterial, 'origin'> {
  return {
    certificates: encapsulated(property, 'EncapsulatedX509Certificate'),
    crls: encapsulated(property, 'EncapsulatedCRLValue'),
    ocspResponses: encapsulated(property, 'EncapsulatedOCSPValue'),
  };
}

function encapsulated(property: ParsedElement, localName: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  const walk = (element: ParsedElement): void => {
    for (const child of childElements(element)) {
      if (found.length >= maxValues) return;
      if (isProperty(child, localName)) found.push(...octetsOf(child));
      else walk(child);
    }
  };
  walk(property);
  return found;
}

const decoded = new WeakMap<ParsedElement, readonly Uint8Array[]>();

/** Octets in an element, or none when they are not base64. The same array for the same element: what is found out about octets is kept with them. */
export function octetsOf(element: ParsedElement): readonly Uint8Array[] {
  const octets = decoded.get(element) ?? decode(element);
  decoded.set(element, octets);
  return octets;
}

function decode(element: ParsedElement): readonly Uint8Array[] {
  try {
    return [decodeBase64(textOf(element))];
  } catch {
    return [];
  }
}

/** Certificates in ds:KeyInfo. */
export function keyInfoCertificates(keyInfo: ParsedElement | undefined): readonly Uint8Array[] {
  const data = keyInfo ? childElements(keyInfo).filter((child) => isElement(child, DSIG_NAMESPACE, 'X509Data')) : [];
  return data
    .flatMap(childElements)
    .filter((child) => isElement(child, DSIG_NAMESPACE, 'X509Certificate'))
    .flatMap(octetsOf);
}
