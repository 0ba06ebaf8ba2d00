export { berToDer } from './ber.ts';
export { checkDer } from './check.ts';
export {
  boundsAt,
  childrenOf,
  type DerElement,
  type DerLimits,
  type ElementBounds,
  readDer,
  readDerPrefix,
  retag,
} from './element.ts';
export { Asn1Error, type Asn1ErrorCode } from './errors.ts';
export { expectTag, readExplicit, SequenceReader } from './sequence-reader.ts';
export { contextConstructedTag, contextTag, TAG } from './tags.ts';
export { around, DerTemplate, type Hole, hole, type TemplateElement, type TemplatePart } from './template.ts';
export { maxTimeOctets, readTime, timeAt, writeTimeAt } from './time.ts';
export {
  type BitString,
  isString,
  readBitString,
  readBitStringOctets,
  readBoolean,
  readInteger,
  readIntegerBytes,
  readNamedBits,
  readNull,
  readOctetString,
  readOid,
  readSmallInteger,
  readString,
} from './values.ts';
/** Builders of DER elements: `der.sequence(der.oid('1.2.3'), der.nullValue())`. */
export * as der from './writer.ts';
