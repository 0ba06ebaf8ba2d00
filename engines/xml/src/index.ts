export { type CanonicalizationMethod, canonicalize } from './c14n/canonicalize.ts';
export { canonicalizationOf, EXCLUSIVE_C14N } from './c14n/methods.ts';
export { type NodeSet, restrict, subtree, withoutComments, withoutElement } from './c14n/node-set.ts';
export {
  DSIG_NAMESPACE,
  type XmlDigest,
  type XmlSignatureScheme,
  xmlDigestOf,
  xmlDigestUri,
  xmlSignatureSchemeOf,
} from './dsig/algorithms.ts';
export { decodeBase64 } from './dsig/base64.ts';
export { spend, spendOnScope, type VerifyBudget, verifyBudget } from './dsig/budget.ts';
export { createXmlSignature, type XmlReferenceRequest, type XmlSignatureRequest } from './dsig/create.ts';
export type { DetachedReference, DetachedResolver, DigestResolver } from './dsig/dereference.ts';
export { readManifest, readReference, readXmlSignature, type XmlReference, type XmlSignature } from './dsig/read.ts';
export { applyTransform, canonicalizeBy, ENVELOPED_SIGNATURE, type TransformData } from './dsig/transforms.ts';
export {
  signedInfoOctets,
  type VerifyXmlOptions,
  verifyReferences,
  verifyXmlSignature,
  type XmlReferenceResult,
  type XmlSignatureResult,
} from './dsig/verify.ts';
export { element, type XmlElement, type XmlNode } from './element.ts';
export { XmlError, type XmlErrorCode } from './errors.ts';
export { compileSchema, maxXmlBytes, type XmlFault, type XmlReport, type XmlSchema } from './schema.ts';
export { serializeFragment, serializeXml } from './serialize.ts';
export { appendMarkup, replaceContent } from './tree/insert.ts';
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
