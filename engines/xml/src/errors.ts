import { CodedError } from '@tra/kernel';

/** Codes of {@link XmlError}. */
export type XmlErrorCode =
  | 'xml.name_invalid'
  | 'xml.character_invalid'
  | 'xml.attribute_repeated'
  | 'xml.too_deep'
  | 'xml.too_large'
  | 'xml.schema_invalid'
  | 'xml.disposed'
  | 'xml.empty'
  | 'xml.encoding_invalid'
  | 'xml.encoding_unsupported'
  | 'xml.doctype_refused'
  | 'xml.entity_unknown'
  | 'xml.malformed'
  | 'xml.namespace_invalid'
  | 'xml.too_many_attributes'
  | 'xml.too_many_nodes'
  | 'xml.too_much_work'
  | 'xml.relative_namespace'
  | 'xml.xpath_unsupported'
  | 'xml.signature_malformed'
  | 'xml.algorithm_unsupported'
  | 'xml.reference_unresolved'
  | 'xml.reference_ambiguous'
  | 'xml.octets_needed'
  | 'xml.transform_unsupported'
  | 'xml.key_mismatch'
  | 'xml.base64_invalid';

/** Thrown when XML cannot be read, written or canonicalised, or a schema cannot be used. A document that breaks its schema is a report. */
export class XmlError extends CodedError<XmlErrorCode> {}
