import {
  contextConstructedTag,
  contextTag,
  type DerElement,
  readExplicit,
  readOid,
  readString,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { type Name, readName } from './name.ts';

/**
 * A GeneralName (RFC 5280 section 4.2.1.6). Kinds that this product does not interpret are `other`, with their tag number and
 * whole encoding; an otherName (tag number 0) also with its type and the encoding of its value.
 */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly name: Name }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'registeredId'; readonly value: string }
  | {
      readonly kind: 'other';
      readonly tagNumber: number;
      readonly encoded?: Uint8Array;
      readonly oid?: string;
      readonly value?: Uint8Array;
    };

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
    case contextConstructedTag(0):
      return { kind: 'other', tagNumber: 0, encoded: element.raw, ...readOtherName(element) };
    default:
      return { kind: 'other', tagNumber: element.tag & 0x1f, encoded: element.raw };
  }
}

function readOtherName(element: DerElement): { oid: string; value: Uint8Array } {
  const reader = new SequenceReader(retag(element, TAG.sequence), 'OtherName');
  const oid = readOid(reader.take(TAG.oid, 'type-id'));
  const value = readExplicit(reader.take(contextConstructedTag(0), 'value'), 'value').raw;
  reader.end();
  return { oid, value };
}
