import { CodedError } from '@tra/kernel';

/** Codes of {@link XmlError}. */
export type XmlErrorCode =
  | 'xml.name_invalid'
  | 'xml.character_invalid'
  | 'xml.attribute_repeated'
  | 'xml.too_deep'
  | 'xml.too_large'
  | 'xml.schema_invalid'
  | 'xml.disposed';

/** Thrown when XML cannot be written, or a schema cannot be used. A document that breaks its schema is a report instead. */
export class XmlError extends CodedError<XmlErrorCode> {}
