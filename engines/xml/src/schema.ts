import { type ErrorDetail, ParseOption, XmlDocument, XmlLibError, XsdValidator } from 'libxml2-wasm';
import { XmlError } from './errors.ts';
import { scanXml } from './scan.ts';

/** One fault of a document. `line` counts from 1; 0 when it is not known. `message` is the parser's English text. */
export interface XmlFault {
  readonly line: number;
  readonly message: string;
}

/** Whether a document is valid, and if not, why. */
export interface XmlReport {
  readonly valid: boolean;
  /** At most 100 faults. */
  readonly errors: readonly XmlFault[];
}

/** A compiled schema. It holds memory outside the garbage collector until it is disposed. */
export interface XmlSchema {
  /** Parses and validates `xml`. A broken or invalid document is a report, never an exception. Throws `xml.disposed`. */
  validate(xml: Uint8Array): XmlReport;
  /** Frees the schema; more than once does no harm. */
  dispose(): void;
}

/** Largest document or schema in bytes. */
export const maxXmlBytes: number = 20 * 1024 * 1024;

const maxErrors = 100;
const maxMessage = 500;
const options = {
  option:
    ParseOption.XML_PARSE_NONET |
    ParseOption.XML_PARSE_NO_XXE |
    ParseOption.XML_PARSE_NO_SYS_CATALOG |
    ParseOption.XML_PARSE_BIG_LINES,
};

function faults(error: unknown): XmlFault[] {
  if (!(error instanceof XmlLibError)) throw error;
  const details: readonly ErrorDetail[] = error.details ?? [];
  if (details.length === 0) return [{ line: 0, message: error.message.slice(0, maxMessage) }];
  return details
    .slice(0, maxErrors)
    .map((detail) => ({ line: detail.line ?? 0, message: detail.message.trim().slice(0, maxMessage) }));
}

function check(validator: XsdValidator, xml: Uint8Array): XmlReport {
  const refusal = scanXml(xml, maxXmlBytes);
  if (refusal) return { valid: false, errors: [refusal] };
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(xml, options);
    validator.validate(document);
    return { valid: true, errors: [] };
  } catch (error) {
    return { valid: false, errors: faults(error) };
  } finally {
    document?.dispose();
  }
}

/**
 * Compiles an XML Schema 1.0 given as one self-contained document. Nothing is fetched: a schema that imports or includes
 * another file, or has a document type declaration, is refused, and so are documents with one.
 *
 * libxml2 does not collapse white space around xsd:date and xsd:dateTime values: a value with spaces around it is reported
 * as invalid although the standard allows it.
 *
 * Rejects with {@link XmlError} `xml.schema_invalid` or `xml.too_large`.
 *
 * @example
 * const schema = await compileSchema(xsd);
 * const report = schema.validate(xml);
 * schema.dispose();
 */
export async function compileSchema(xsd: Uint8Array): Promise<XmlSchema> {
  if (xsd.length > maxXmlBytes)
    throw new XmlError('xml.too_large', { params: { size: xsd.length, limit: maxXmlBytes } });
  const validator = compile(xsd);
  let disposed = false;
  return {
    validate(xml) {
      if (disposed) throw new XmlError('xml.disposed');
      return check(validator, xml);
    },
    dispose() {
      if (!disposed) validator.dispose();
      disposed = true;
    },
  };
}

function invalid(fault: XmlFault, cause?: unknown): XmlError {
  return new XmlError('xml.schema_invalid', { params: { line: fault.line, reason: fault.message }, cause });
}

function compile(xsd: Uint8Array): XsdValidator {
  const refusal = scanXml(xsd, maxXmlBytes);
  if (refusal) throw invalid(refusal);
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(xsd, options);
    refuseReferences(document);
    return XsdValidator.fromDoc(document);
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw invalid(faults(error)[0] ?? { line: 0, message: 'unknown' }, error);
  } finally {
    document?.dispose();
  }
}

function refuseReferences(document: XmlDocument): void {
  const names = { xs: 'http://www.w3.org/2001/XMLSchema' };
  const reference = document.find('//xs:import | //xs:include | //xs:redefine', names)[0];
  if (reference) throw invalid({ line: reference.line, message: 'the schema refers to another file' });
}
