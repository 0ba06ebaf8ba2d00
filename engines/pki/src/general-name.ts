import { contextConstructedTag, contextTag, type DerElement, readExplicit, readOid, readString, TAG } from '@tra/asn1';
import { type Name, readName } from './name.ts';

/** A GeneralName (RFC 5280 section 4.2.1.6). Kinds that this product does not interpret are `other`, with their tag number. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly name: Name }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'registeredId'; readonly value: string }
  | { readonly kind: 'other'; readonly tagNumber: number };

/** Reads one GeneralName element. Throws `Asn1Error`. */
export function readGeneralName(element: DerElement): GeneralName {
  switch (element.tag) {
    case contextTag(1):
      return { kind: 'email', value: readString(element, TAG.ia5String) };
    case contextTag(2):
      return { kind: 'dns', value: readString(element, TAG.ia5String) };
    case contextConstructedTag(4):
      return { kind: 'directory', name: readName(readExplicit(element, 'directoryName')) };
    case contextTag(6):
      return { kind: 'uri', value: readString(element, TAG.ia5String) };
    case contextTag(7):
      return { kind: 'ip', bytes: element.content };
    case contextTag(8):
      return { kind: 'registeredId', value: readOid(element, element.tag) };
    default:
      return { kind: 'other', tagNumber: element.tag & 0x1f };
  }
}
