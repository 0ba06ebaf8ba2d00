export { element, type XmlElement, type XmlNode } from './element.ts';
export { XmlError, type XmlErrorCode } from './errors.ts';
export { compileSchema, maxXmlBytes, type XmlFault, type XmlReport, type XmlSchema } from './schema.ts';
export { serializeXml } from './serialize.ts';
