import {
  childElements,
  elementsBelow,
  type ParsedDocument,
  type ParsedElement,
  parseXml,
  textOf as textOfElement,
  XmlError,
} from '@tra/xml';
import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import type { PdfStream } from '../objects.ts';
import { type ArchiveFindings, streamOf } from './findings.ts';
import type { ArchiveLevel } from './rules.ts';
import { checkProperties } from './xmp-properties.ts';

const RDF_NAMESPACE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const PDFA_ID_NAMESPACE = 'http://www.aiim.org/pdfa/ns/id/';

const largestPacket = 4 * 1024 * 1024;

/** What a file claims of itself. */
export interface ArchiveClaim {
  readonly part: number;
  readonly level: ArchiveLevel | undefined;
}

/** The metadata of a document, as far as they can be read. */
export interface ArchiveMetadataPacket {
  readonly stream: PdfStream | undefined;
  readonly text: string;
  readonly document: ParsedDocument | undefined;
}

/** Reads the metadata stream of the catalog. */
export function readPacket(file: PdfFile): ArchiveMetadataPacket {
  const stream = streamOf(file, file.catalog?.get('Metadata'));
  const bytes = stream && decoded(file, stream);
  if (!bytes || bytes.length > largestPacket) return { stream, text: '', document: undefined };
  const text = new TextDecoder('utf-8').decode(bytes);
  return { stream, text, document: parsed(bytes) };
}

function decoded(file: PdfFile, stream: PdfStream): Uint8Array | undefined {
  try {
    return file.decode(stream);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return undefined;
  }
}

function parsed(bytes: Uint8Array): ParsedDocument | undefined {
  try {
    return parseXml(bytes, { maxBytes: largestPacket });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return undefined;
  }
}

/** The part and level of PDF/A that the metadata claim; undefined when they claim none. Metadata that are broken are searched for the words. */
export function claimOf({ document, text }: ArchiveMetadataPacket): ArchiveClaim | undefined {
  if (!document) {
    const part = /pdfaid:part(?:="|='|>)\s*(\d)/.exec(text)?.[1];
    const level = /pdfaid:conformance(?:="|='|>)\s*([A-Za-z])/.exec(text)?.[1];
    return part === undefined ? undefined : { part: Number(part), level: levelOf(level) };
  }
  const part = identification(document, 'part')?.value;
  if (part === undefined) return undefined;
  return { part: Number(part), level: levelOf(identification(document, 'conformance')?.value) };
}

const levelOf = (text: string | undefined): ArchiveLevel | undefined =>
  text === 'A' || text === 'B' || text === 'U' ? text : undefined;

interface Identification {
  readonly value: string;
  readonly prefix: string;
}

/** A property of the identification: an element or an attribute of a description. */
function identification({ root }: ParsedDocument, name: string): Identification | undefined {
  for (const element of elementsBelow(root)) {
    if (element.namespace === PDFA_ID_NAMESPACE && element.localName === name)
      return { value: textOfElement(element).trim(), prefix: element.prefix };
    const attribute = element.attributes.find((one) => one.namespace === PDFA_ID_NAMESPACE && one.localName === name);
    if (attribute) return { value: attribute.value.trim(), prefix: attribute.prefix };
  }
  return undefined;
}

/** The XMP packet (clause 6.6). */
export function checkMetadata(findings: ArchiveFindings, packet: ArchiveMetadataPacket): void {
  const { document, stream, text } = packet;
  findings.demand(stream !== undefined, 'pdfa.metadata_missing', 'catalog');
  if (!stream) return;
  const header = /<\?xpacket\s+begin[^?]*\?>/.exec(text)?.[0] ?? '';
  findings.demand(!/\s(?:bytes|encoding)\s*=/.test(header), 'pdfa.metadata_packet', 'metadata');
  const utf8 = !document || !text.includes('\ufffd');
  const rdf = document && rdfOf(document);
  findings.demand(document !== undefined && utf8 && rdf !== undefined, 'pdfa.metadata_unreadable', 'metadata');
  if (!document || !rdf) return;
  checkIdentification(findings, document);
  checkProperties(findings, rdf);
}

function rdfOf({ root }: ParsedDocument): ParsedElement | undefined {
  const isRdf = ({ localName, namespace }: ParsedElement): boolean =>
    localName === 'RDF' && namespace === RDF_NAMESPACE;
  return isRdf(root) ? root : childElements(root).find(isRdf);
}

function checkIdentification(findings: ArchiveFindings, document: ParsedDocument): void {
  const parts = ['part', 'conformance', 'amd', 'corr'].map((name) => identification(document, name));
  const [part, level] = parts;
  const prefixes = parts.every((one) => one === undefined || one.prefix === 'pdfaid');
  const good = part?.value === '3' && levelOf(level?.value) !== undefined && prefixes;
  findings.demand(good, 'pdfa.identification', 'metadata');
}
