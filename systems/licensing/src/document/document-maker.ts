import { readFileSync } from 'node:fs';
import type { ServiceDefinition } from '@tra/cases';
import { createDocumentRenderer, type DocumentRenderer, fontDirectory } from '@tra/document';
import type { Messages } from '@tra/platform-i18n';
import { compileSchema, type XmlSchema } from '@tra/xml';
import { LicensingError } from '../errors.ts';
import { licenceDocument } from './licence-document.ts';
import type { LicenceRecord } from './licence-record.ts';
import { licenceXml } from './licence-xml.ts';

/** A licence in both forms, not signed yet. */
export interface MadeDocument {
  readonly pdf: Uint8Array;
  readonly xml: Uint8Array;
}

/** Makes documents of licences. */
export interface DocumentMaker {
  /** The XML, checked against its schema, and the PDF/A-3 that carries it. Throws `licensing.data_invalid`. */
  make(definition: ServiceDefinition, record: LicenceRecord): Promise<MadeDocument>;
  /** Characters that the font of the documents lacks. */
  unsupportedCharacters(text: string): readonly string[];
}

function readFont(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, fontDirectory)));
}

/** Makes documents with the fonts and schemas that the packages ship; each schema is compiled once. */
export async function createDocumentMaker(messages: Messages): Promise<DocumentMaker> {
  const fonts = { regular: readFont('Sarabun-Regular.ttf'), bold: readFont('Sarabun-Bold.ttf') };
  const renderer: DocumentRenderer = await createDocumentRenderer(fonts);
  const schemas = new Map<string, Promise<XmlSchema>>();
  const schemaOf = (name: string): Promise<XmlSchema> => {
    const known = schemas.get(name) ?? compileSchema(readSchema(name));
    schemas.set(name, known);
    return known;
  };
  return {
    unsupportedCharacters: (text) => renderer.unsupportedCharacters(text),
    async make(definition, record) {
      const xml = licenceXml(record);
      const report = (await schemaOf(definition.document.schema)).validate(xml);
      if (!report.valid) {
        const [fault] = report.errors;
        throw new LicensingError('licensing.data_invalid', {
          params: { schema: definition.document.schema, line: fault?.line ?? 0, reason: fault?.message ?? '' },
        });
      }
      return { xml, pdf: renderer.render(licenceDocument(record, xml, messages)) };
    },
  };
}

function readSchema(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../schemas/${name}`, import.meta.url)));
}
