export { type CanonicalizationMethod, canonicalize } from './c14n/canonicalize.ts';
export { canonicalizationOf, EXCLUSIVE_C14N } from './c14n/methods.ts';
export { type NodeSet, restrict, subtree, withoutComments, withoutElement } from './c14n/node-set.ts';
export { element, type XmlElement, type XmlNode } from './element.ts';
export { XmlError, type XmlErrorCode } from './errors.ts';
export { compileSchema, maxXmlBytes, type XmlFault, type XmlReport, type XmlSchema } from './schema.ts';
export { serializeXml } from './serialize.ts';
export type { XmlLimits } from './tree/limits.ts';
export {
  attributeOf,
  childElements,
  elementsBelow,
  isElement,
  isWithin,
  lineOf,
  type NamespaceDeclaration,
  namespacesInScope,
  type ParsedAttribute,
  type ParsedComment,
  type ParsedDocument,
  type ParsedElement,
  type ParsedInstruction,
  type ParsedNode,
  type ParsedText,
  textOf,
  XML_NAMESPACE,
} from './tree/node.ts';
export { parseXml } from './tree/parse.ts';
