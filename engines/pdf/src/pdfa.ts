import { createHash } from 'node:crypto';
import { utf8Encode } from '@tra/kernel';
import { PdfError } from './errors.ts';
import { srgbProfile } from './icc.ts';
import { type PdfDict, type PdfRef, PdfString, pdfBytes, pdfDate, pdfDict, pdfName, pdfText } from './objects.ts';
import { type PackedData, type PdfWriter, packData } from './writer.ts';

/** What a PDF/A file says about itself, in XMP and in the document information dictionary alike. */
export interface ArchiveMetadata {
  readonly title: string;
  readonly author: string;
  readonly subject?: string;
  readonly keywords?: readonly string[];
  /** BCP 47. */
  readonly language: string;
  readonly created: Date;
  /** Identifies the document, such as a licence number or a URI. */
  readonly identifier: string;
  readonly producer: string;
  readonly conformance: 'A' | 'B' | 'U';
  /** Whether the file claims PDF/UA-1 as well. */
  readonly universalAccess?: boolean;
}

/** A file to embed as an associated file (ISO 19005-3 clause 6.8). */
export interface AssociatedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly relationship: 'Alternative' | 'Data' | 'Source' | 'Supplement';
  readonly description: string;
  readonly bytes: Uint8Array;
  readonly modified: Date;
}

function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const instant = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, '+00:00');

const alternative = (name: string, text: string): string =>
  `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt></${name}>`;

function dublinCore(metadata: ArchiveMetadata): string {
  const subjects = (metadata.keywords ?? []).map((word) => `<rdf:li>${escapeXml(word)}</rdf:li>`).join('');
  return [
    '<dc:format>application/pdf</dc:format>',
    alternative('dc:title', metadata.title),
    `<dc:creator><rdf:Seq><rdf:li>${escapeXml(metadata.author)}</rdf:li></rdf:Seq></dc:creator>`,
    metadata.subject === undefined ? '' : alternative('dc:description', metadata.subject),
    subjects === '' ? '' : `<dc:subject><rdf:Bag>${subjects}</rdf:Bag></dc:subject>`,
    `<dc:language><rdf:Bag><rdf:li>${escapeXml(metadata.language)}</rdf:li></rdf:Bag></dc:language>`,
    `<dc:identifier>${escapeXml(metadata.identifier)}</dc:identifier>`,
  ].join('');
}

/** The claim of PDF/UA-1 with the description that PDF/A demands of any schema beyond its own (ISO 19005-3 clause 6.6.2.3). */
const universalAccess = `<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>`;

/** The XMP packet of a PDF/A-3 file (ISO 19005-3 clause 6.6), as the stream for the catalog's Metadata. */
export function xmpMetadata(writer: PdfWriter, metadata: ArchiveMetadata): PdfRef {
  const keywords = metadata.keywords?.length
    ? `<pdf:Keywords>${escapeXml(metadata.keywords.join(', '))}</pdf:Keywords>`
    : '';
  const date = instant(metadata.created);
  const accessible = metadata.universalAccess ? universalAccess : '';
  const xml = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>3</pdfaid:part><pdfaid:conformance>${metadata.conformance}</pdfaid:conformance></rdf:Description>
${accessible}
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">${dublinCore(metadata)}</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>${escapeXml(metadata.producer)}</xmp:CreatorTool><xmp:CreateDate>${date}</xmp:CreateDate><xmp:ModifyDate>${date}</xmp:ModifyDate><xmp:MetadataDate>${date}</xmp:MetadataDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>${escapeXml(metadata.producer)}</pdf:Producer>${keywords}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
  return writer.addStream(pdfDict({ Type: pdfName('Metadata'), Subtype: pdfName('XML') }), utf8Encode(xml), {
    plain: true,
  });
}

/** The document information dictionary that says the same as {@link xmpMetadata}. */
export function documentInformation(writer: PdfWriter, metadata: ArchiveMetadata): PdfRef {
  return writer.add(
    pdfDict({
      Title: pdfText(metadata.title),
      Author: pdfText(metadata.author),
      Subject: metadata.subject === undefined ? undefined : pdfText(metadata.subject),
      Keywords: metadata.keywords?.length ? pdfText(metadata.keywords.join(', ')) : undefined,
      Creator: pdfText(metadata.producer),
      Producer: pdfText(metadata.producer),
      CreationDate: pdfDate(metadata.created),
      ModDate: pdfDate(metadata.created),
    }),
  );
}

/** The same for every file, so compressed once. */
let packedProfile: PackedData | undefined;

/** The output intent for sRGB (ISO 19005-3 clause 6.2.3) with its ICC profile. */
export function outputIntent(writer: PdfWriter): PdfRef {
  packedProfile ??= packData(srgbProfile());
  const profile = writer.addPacked(pdfDict({ N: 3 }), packedProfile);
  return writer.add(
    pdfDict({
      Type: pdfName('OutputIntent'),
      S: pdfName('GTS_PDFA1'),
      OutputConditionIdentifier: pdfBytes('sRGB IEC61966-2.1'),
      Info: pdfBytes('sRGB IEC61966-2.1'),
      DestOutputProfile: profile,
    }),
  );
}

function checkFile(file: AssociatedFile): void {
  const fileName = file.name.length > 0 && file.name.length <= 255 && !/[\\/\p{Cc}]/u.test(file.name);
  const mediaType = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/i.test(file.mediaType);
  if (!fileName || !mediaType || Number.isNaN(file.modified.getTime())) {
    throw new PdfError('pdf.value_invalid', { params: { value: 'attachment' } });
  }
}

/**
 * Embeds `files` as associated files (ISO 19005-3 clause 6.8, ISO 32000-2 clause 14.13). Returns what goes into the catalog:
 * the EmbeddedFiles name tree and AF. Throws {@link PdfError} `pdf.value_invalid` for an unusable or repeated file name.
 */
export function attachFiles(writer: PdfWriter, files: readonly AssociatedFile[]): { names: PdfDict; AF: PdfRef[] } {
  const sorted = [...files].sort((left, right) => (left.name < right.name ? -1 : 1));
  const names: (PdfString | PdfRef)[] = [];
  const AF: PdfRef[] = [];
  for (const [index, file] of sorted.entries()) {
    checkFile(file);
    if (sorted[index - 1]?.name === file.name) {
      throw new PdfError('pdf.value_invalid', { params: { value: file.name } });
    }
    const sum = new PdfString(new Uint8Array(createHash('md5').update(file.bytes).digest()), { hex: true });
    const stream = writer.addStream(
      pdfDict({
        Type: pdfName('EmbeddedFile'),
        Subtype: pdfName(file.mediaType),
        Params: pdfDict({ ModDate: pdfDate(file.modified), Size: file.bytes.length, CheckSum: sum }),
      }),
      file.bytes,
    );
    const specification = writer.add(
      pdfDict({
        Type: pdfName('Filespec'),
        F: pdfText(file.name),
        UF: pdfText(file.name),
        Desc: pdfText(file.description),
        AFRelationship: pdfName(file.relationship),
        EF: pdfDict({ F: stream, UF: stream }),
      }),
    );
    names.push(pdfText(file.name), specification);
    AF.push(specification);
  }
  return { names: pdfDict({ EmbeddedFiles: pdfDict({ Names: names }) }), AF };
}
