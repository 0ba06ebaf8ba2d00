import { type PdfDict, PdfRef, type PdfValue, pdfBytes, pdfDict, pdfName } from '@tra/pdf';
import { type OpenedPdf, rewritePdf } from '@tra/pdf/testing';

/** A document that breaks one requirement of PDF/A-3: our code for it, and the rule of veraPDF, clause and number. */
export interface Alteration {
  readonly name: string;
  readonly code: string;
  /** Absent where veraPDF has no rule for it, or cannot judge such a file. */
  readonly rule?: string;
  make(bytes: Uint8Array): Uint8Array;
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** A change of the octets; those of the same length keep the cross-references right. */
function octets(name: string, [code, rule]: readonly [string, string?], change: (text: string) => string): Alteration {
  const make = (bytes: Uint8Array): Uint8Array => {
    const changed = change(latin(bytes));
    if (changed === latin(bytes)) throw new Error(`${name} changes nothing`);
    return bytesOf(changed);
  };
  return { name, code, ...(rule === undefined ? {} : { rule }), make };
}

/** A change of objects. */
function objects(name: string, [code, rule]: readonly [string, string?], change: (pdf: OpenedPdf) => void): Alteration {
  return { name, code, ...(rule === undefined ? {} : { rule }), make: (bytes) => rewritePdf(bytes, change) };
}

const N = pdfName;
const D = pdfDict;
const page = ({ pages }: OpenedPdf): PdfDict => pages[0] as PdfDict;
const resources = (pdf: OpenedPdf): PdfDict => pdf.dict(page(pdf).get('Resources'));

/** More content on the first page, with resources for it. */
function draw(pdf: OpenedPdf, text: string, more: Readonly<Record<string, PdfValue>> = {}): void {
  const contents = page(pdf).get('Contents') as readonly PdfValue[];
  page(pdf).set('Contents', [...contents, pdf.addStream(D({}), `\n/Artifact BMC\nq\n${text}\nQ\nEMC\n`)]);
  for (const [kind, value] of Object.entries(more)) resources(pdf).set(kind, value);
}

const image = (pdf: OpenedPdf, more: Readonly<Record<string, PdfValue>> = {}): void => {
  const base = { Type: N('XObject'), Subtype: N('Image'), Width: 1, Height: 1, ColorSpace: N('DeviceRGB') };
  const stream = pdf.addStream(D({ ...base, BitsPerComponent: 8, ...more }), 'abc');
  draw(pdf, '/Im Do', { XObject: D({ Im: stream }) });
};

const state = (pdf: OpenedPdf, entries: Readonly<Record<string, PdfValue>>): void =>
  draw(pdf, '/Gs gs', { ExtGState: D({ Gs: pdf.add(D({ Type: N('ExtGState'), ...entries })) }) });

const form = (pdf: OpenedPdf, more: Readonly<Record<string, PdfValue>>): void => {
  const base = { Type: N('XObject'), Subtype: N('Form'), BBox: [0, 0, 10, 10], Resources: D({}) };
  draw(pdf, '/Fm Do', { XObject: D({ Fm: pdf.addStream(D({ ...base, ...more }), 'q Q') }) });
};

const annotate = (pdf: OpenedPdf, more: Readonly<Record<string, PdfValue>>): void => {
  const base = { Type: N('Annot'), Subtype: N('Link'), Rect: [10, 10, 20, 20], F: 4, Border: [0, 0, 0] };
  page(pdf).set('Annots', [pdf.add(D({ ...base, Contents: pdfBytes('x'), ...more }))]);
};

const action = (pdf: OpenedPdf, entries: Readonly<Record<string, PdfValue>>): void =>
  annotate(pdf, { A: D({ Type: N('Action'), ...entries }) });

const fontOf = (pdf: OpenedPdf, key = 'F1'): PdfDict => pdf.dict(pdf.dict(resources(pdf).get('Font')).get(key));
const descendant = (pdf: OpenedPdf): PdfDict =>
  pdf.dict((fontOf(pdf).get('DescendantFonts') as readonly PdfValue[])[0]);

const metadata = (pdf: OpenedPdf, change: (text: string) => string): void => {
  const ref = pdf.catalog.get('Metadata');
  pdf.replace(ref, change(pdf.text(ref)));
};
const more = (properties: string) => (text: string) =>
  text.replace('</rdf:RDF>', `<rdf:Description rdf:about="" ${properties}</rdf:Description></rdf:RDF>`);

const specification = (pdf: OpenedPdf): PdfDict => pdf.dict((pdf.catalog.get('AF') as readonly PdfValue[])[0]);
const intent = (pdf: OpenedPdf): PdfDict => pdf.dict((pdf.catalog.get('OutputIntents') as readonly PdfValue[])[0]);

const layers = (pdf: OpenedPdf, entries: Readonly<Record<string, PdfValue>>): void => {
  const layer = pdf.add(D({ Type: N('OCG'), Name: pdfBytes('Layer') }));
  pdf.catalog.set('OCProperties', D({ OCGs: [layer], D: D(entries) }));
};

const field = (pdf: OpenedPdf, entries: Readonly<Record<string, PdfValue>>): void => {
  const base = { Type: N('Annot'), Subtype: N('Widget'), FT: N('Tx'), T: pdfBytes('a'), Rect: [0, 0, 0, 0], F: 4 };
  const ref = pdf.add(D({ ...base, TU: pdfBytes('a'), ...entries }));
  page(pdf).set('Annots', [ref]);
  pdf.catalog.set('AcroForm', D({ Fields: [ref] }));
};

const file: readonly Alteration[] = [
  octets('a header behind other octets', ['pdfa.header', '6.1.2-1'], (text) => text.replace('%PDF-1.7', '%PDF-2.7')),
  octets('no octets above 127 behind the header', ['pdfa.header_binary', '6.1.2-2'], (text) =>
    text.replace('%\u00e2\u00e3\u00cf\u00d3', '%abcd'),
  ),
  octets('no identifier', ['pdfa.trailer_id', '6.1.3-1'], (text) => text.replace(/\/ID( ?)\[/, '/IX$1[')),
  octets('encryption', ['pdfa.encrypted'], (text) => text.replace(/\/Info (\d+ \d+ R)/, '/Encrypt $1')),
  octets('a table on the line of its word', ['pdfa.xref_form', '6.1.4-2'], (text) =>
    text.replace('xref\n0 ', 'xref 0 '),
  ),
  octets('data behind the end', ['pdfa.after_end', '6.1.3-3'], (text) => `${text}more\n`),
  octets('an object on the line of another', ['pdfa.object_spacing', '6.1.9-1'], (text) =>
    text.replace('endobj\n3 0 obj\n', 'endobj 3 0 obj\n'),
  ),
  octets('two spaces in the head of an object', ['pdfa.object_spacing', '6.1.9-1'], (text) =>
    text.replace('\n2 0 obj\n', '\n2 0 obj '),
  ),
  octets('a length that is wrong', ['pdfa.stream_length', '6.1.7.1-1'], (text) =>
    text.replace(/\/Length (\d)(\d+)(>>|\/| |\n)/, '/Length 9$2$3'),
  ),
  octets('a space behind the word stream', ['pdfa.stream_keywords', '6.1.7.1-2'], (text) =>
    text.replace(/stream\n/, 'stream\r'),
  ),
];

const values: readonly Alteration[] = [
  objects('a stream in another file', ['pdfa.stream_external', '6.1.7.1-3'], (pdf) =>
    image(pdf, { F: pdfBytes('other.bin') }),
  ),
  objects('LZW', ['pdfa.filter', '6.1.7.2-1'], (pdf) => image(pdf, { Filter: N('LZWDecode') })),
  objects(
    'a permission of its own',
    ['pdfa.permissions', '6.1.12-1'],
    (pdf) => void pdf.catalog.set('Perms', D({ Other: D({}) })),
  ),
  objects(
    'a number beyond 31 bits',
    ['pdfa.number_range', '6.1.13-1'],
    (pdf) => void pdf.catalog.set('Big', 2_147_483_648),
  ),
  objects(
    'a string of 40,000 octets',
    ['pdfa.string_long', '6.1.13-3'],
    (pdf) => void pdf.catalog.set('Long', pdfBytes('x'.repeat(40_000))),
  ),
  objects(
    'a name of 128 letters',
    ['pdfa.name_long', '6.1.13-4'],
    (pdf) => void pdf.catalog.set('Long', N('x'.repeat(128))),
  ),
  objects('29 states within one another', ['pdfa.state_nesting', '6.1.13-8'], (pdf) =>
    draw(pdf, 'q '.repeat(29) + 'Q '.repeat(29)),
  ),
  objects('a page of 2 units', ['pdfa.page_size', '6.1.13-11'], (pdf) => void page(pdf).set('CropBox', [0, 0, 2, 100])),
];

const graphics: readonly Alteration[] = [
  objects('an operator that nobody knows', ['pdfa.operator', '6.2.2-1'], (pdf) => draw(pdf, 'xyz')),
  objects('LZW in the content', ['pdfa.inline_filter', '6.1.10-1'], (pdf) =>
    draw(pdf, 'BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID a EI'),
  ),
  objects('resources that stand above the page', ['pdfa.resources_inherited', '6.2.2-2'], (pdf) => {
    pdf.dict(page(pdf).get('Parent')).set('Resources', resources(pdf));
    page(pdf).delete('Resources');
  }),
  objects('a form that takes the fonts of its page', ['pdfa.resources_inherited', '6.2.2-2'], (pdf) => {
    const look = D({ Type: N('XObject'), Subtype: N('Form'), BBox: [0, 0, 9, 9] });
    draw(pdf, '/Fm Do', { XObject: D({ Fm: pdf.addStream(look, 'BT /F1 9 Tf <0004> Tj ET') }) });
  }),
  objects(
    'an output profile that is none',
    ['pdfa.output_profile', '6.2.3-1'],
    (pdf) => void intent(pdf).set('DestOutputProfile', pdf.addStream(D({ N: 3 }), 'x'.repeat(200))),
  ),
  objects('two output profiles', ['pdfa.output_profiles_differ', '6.2.3-2'], (pdf) => {
    const profile = pdf.text(intent(pdf).get('DestOutputProfile'));
    const other = new Map(intent(pdf)).set('DestOutputProfile', pdf.addStream(D({ N: 3 }), profile));
    other.set('S', N('GTS_PDFX'));
    const list = pdf.catalog.get('OutputIntents') as readonly PdfValue[];
    pdf.catalog.set('OutputIntents', [...list, pdf.add(D(Object.fromEntries(other)))]);
  }),
  objects('a colour profile that is none', ['pdfa.icc_profile', '6.2.4.2-1'], (pdf) =>
    draw(pdf, '/Cs cs 0 0 0 sc 0 0 1 1 re f', {
      ColorSpace: D({ Cs: [N('ICCBased'), pdf.addStream(D({ N: 3 }), 'x'.repeat(200))] }),
    }),
  ),
  objects('CMYK beside an output intent for RGB', ['pdfa.device_cmyk', '6.2.4.3-3'], (pdf) =>
    draw(pdf, '0 0 0 1 k 0 0 1 1 re f'),
  ),
  objects('no output intent', ['pdfa.device_gray', '6.2.4.3-4'], (pdf) => {
    pdf.catalog.delete('OutputIntents');
    draw(pdf, '0.5 g 0 0 1 1 re f');
  }),
  objects('RGB without output intent', ['pdfa.device_rgb', '6.2.4.3-2'], (pdf) => {
    pdf.catalog.delete('OutputIntents');
    draw(pdf, '1 0 0 rg 0 0 1 1 re f');
  }),
  objects('a transfer function', ['pdfa.transfer_function', '6.2.5-1'], (pdf) => state(pdf, { TR: N('Identity') })),
  objects('a second transfer function', ['pdfa.transfer_function', '6.2.5-2'], (pdf) =>
    state(pdf, { TR2: N('Identity') }),
  ),
  objects('a halftone with a name', ['pdfa.halftone', '6.2.5-5'], (pdf) =>
    state(pdf, {
      HT: D({
        Type: N('Halftone'),
        HalftoneType: 1,
        HalftoneName: pdfBytes('x'),
        Frequency: 60,
        Angle: 0,
        SpotFunction: N('Round'),
      }),
    }),
  ),
  objects('another rendering intent', ['pdfa.rendering_intent', '6.2.6-1'], (pdf) => state(pdf, { RI: N('Other') })),
  objects('another version of an image', ['pdfa.image_alternates', '6.2.8-1'], (pdf) => image(pdf, { Alternates: [] })),
  objects('an image kept elsewhere', ['pdfa.image_opi', '6.2.8-2'], (pdf) => image(pdf, { OPI: D({}) })),
  objects('an image that is smoothed', ['pdfa.image_interpolate', '6.2.8-3'], (pdf) =>
    image(pdf, { Interpolate: true }),
  ),
  objects('an image of 3 bits', ['pdfa.image_bits', '6.2.8-4'], (pdf) => image(pdf, { BitsPerComponent: 3 })),
  objects('PostScript in a form', ['pdfa.form_postscript', '6.2.9-1'], (pdf) => form(pdf, { Subtype2: N('PS') })),
  objects('a form out of another file', ['pdfa.form_reference', '6.2.9-2'], (pdf) => form(pdf, { Ref: D({}) })),
  objects('a blend mode that nobody knows', ['pdfa.blend_mode', '6.2.10-1'], (pdf) => state(pdf, { BM: N('Other') })),
  objects('transparency without a colour space', ['pdfa.transparency_space', '6.2.10-2'], (pdf) => {
    pdf.catalog.delete('OutputIntents');
    page(pdf).set('Contents', []);
    state(pdf, { ca: 0.5 });
    draw(pdf, '/Gs gs 0 0 1 1 re f');
  }),
];

const fonts: readonly Alteration[] = [
  objects('a font without a name', ['pdfa.font_dictionary'], (pdf) => void descendant(pdf).delete('BaseFont')),
  objects('a font without widths', ['pdfa.font_widths', '6.2.11.2-4'], (pdf) => {
    const font = D({ Type: N('Font'), Subtype: N('TrueType'), BaseFont: N('Other'), Encoding: N('WinAnsiEncoding') });
    draw(pdf, 'BT /Fx 9 Tf (a) Tj ET');
    pdf.dict(resources(pdf).get('Font')).set('Fx', pdf.add(font));
  }),
  objects(
    'glyphs that no map names',
    ['pdfa.cid_to_gid', '6.2.11.3.2-1'],
    (pdf) => void descendant(pdf).delete('CIDToGIDMap'),
  ),
  objects(
    'a CMap that is not there',
    ['pdfa.cmap_embedded', '6.2.11.3.3-1'],
    (pdf) => void fontOf(pdf).set('Encoding', N('Other-H')),
  ),
  objects(
    'a font that is not embedded',
    ['pdfa.font_embedded', '6.2.11.4.1-1'],
    (pdf) => void pdf.dict(descendant(pdf).get('FontDescriptor')).delete('FontFile2'),
  ),
  objects('Helvetica', ['pdfa.font_embedded', '6.2.11.4.1-1'], (pdf) => {
    draw(pdf, 'BT /Fx 9 Tf (a) Tj ET');
    const font = D({ Type: N('Font'), Subtype: N('Type1'), BaseFont: N('Helvetica'), Encoding: N('WinAnsiEncoding') });
    pdf.dict(resources(pdf).get('Font')).set('Fx', pdf.add(font));
  }),
  objects('text without Unicode', ['pdfa.to_unicode', '6.2.11.7.2-1'], (pdf) => void fontOf(pdf).delete('ToUnicode')),
];

const interactive: readonly Alteration[] = [
  objects('a film', ['pdfa.annotation_type', '6.3.1-1'], (pdf) =>
    annotate(pdf, { Subtype: N('Movie'), Rect: [0, 0, 0, 0] }),
  ),
  objects('an annotation that is not printed', ['pdfa.annotation_flags', '6.3.2-2'], (pdf) => annotate(pdf, { F: 0 })),
  objects('an annotation that is hidden', ['pdfa.annotation_flags', '6.3.2-2'], (pdf) => annotate(pdf, { F: 6 })),
  objects('an annotation without flags', ['pdfa.annotation_flags', '6.3.2-1'], (pdf) => {
    annotate(pdf, {});
    pdf.dict((page(pdf).get('Annots') as readonly PdfValue[])[0]).delete('F');
  }),
  objects('an annotation without a look', ['pdfa.annotation_appearance', '6.3.3-1'], (pdf) =>
    annotate(pdf, { Subtype: N('Square') }),
  ),
  objects('a look for when it is pressed', ['pdfa.annotation_appearance', '6.3.3-2'], (pdf) => {
    const look = pdf.addStream(D({ Type: N('XObject'), Subtype: N('Form'), BBox: [0, 0, 9, 9] }), 'q Q');
    annotate(pdf, { Subtype: N('Square'), AP: D({ N: look, D: look }) });
  }),
  objects('a field with an action', ['pdfa.field_action', '6.4.1-1'], (pdf) =>
    field(pdf, { A: D({ S: N('URI'), URI: pdfBytes('https://example.org') }) }),
  ),
  objects('looks that a reader has to make', ['pdfa.need_appearances', '6.4.1-3'], (pdf) => {
    field(pdf, {});
    pdf.dict(pdf.catalog.get('AcroForm')).set('NeedAppearances', true);
  }),
  objects('an XFA form', ['pdfa.xfa', '6.4.2-1'], (pdf) => {
    field(pdf, {});
    pdf.dict(pdf.catalog.get('AcroForm')).set('XFA', pdf.addStream(D({}), '<xdp/>'));
  }),
  objects('a script in a link', ['pdfa.action_type', '6.5.1-1'], (pdf) =>
    action(pdf, { S: N('JavaScript'), JS: pdfBytes('1') }),
  ),
  objects('a program that is started', ['pdfa.action_type', '6.5.1-1'], (pdf) =>
    action(pdf, { S: N('Launch'), F: pdfBytes('x') }),
  ),
  objects(
    'a script on opening',
    ['pdfa.action_type', '6.5.1-1'],
    (pdf) => void pdf.catalog.set('OpenAction', D({ S: N('JavaScript'), JS: pdfBytes('1') })),
  ),
  objects('a script behind a link', ['pdfa.action_type', '6.5.1-1'], (pdf) =>
    action(pdf, { S: N('Named'), N: N('NextPage'), Next: D({ S: N('JavaScript'), JS: pdfBytes('1') }) }),
  ),
  objects('an action of the reader', ['pdfa.action_named', '6.5.1-2'], (pdf) =>
    action(pdf, { S: N('Named'), N: N('Print') }),
  ),
  objects(
    'an action on closing',
    ['pdfa.additional_actions', '6.5.2-1'],
    (pdf) => void pdf.catalog.set('AA', D({ WC: D({ S: N('URI'), URI: pdfBytes('https://example.org') }) })),
  ),
];

const about: readonly Alteration[] = [
  objects('an encoding beside the packet', ['pdfa.metadata_packet', '6.6.2.1-3'], (pdf) =>
    metadata(pdf, (text) => text.replace(/<\?xpacket begin="[^"]*"/, '$& encoding="UTF-8"')),
  ),
  objects('metadata that are no XML', ['pdfa.metadata_unreadable', '6.6.2.1-4'], (pdf) =>
    metadata(pdf, (text) => text.replace('</rdf:RDF>', '')),
  ),
  objects('a property that nobody knows', ['pdfa.property_undefined', '6.6.2.3.1-1'], (pdf) =>
    metadata(pdf, more('xmlns:o="urn:other"><o:thing>x</o:thing>')),
  ),
  objects('a property that the schema does not have', ['pdfa.property_undefined', '6.6.2.3.1-1'], (pdf) =>
    metadata(pdf, more('xmlns:p="http://ns.adobe.com/pdf/1.3/"><p:Trapped>False</p:Trapped>')),
  ),
  objects('a title that is one text', ['pdfa.property_type', '6.6.2.3.1-2'], (pdf) =>
    metadata(pdf, (text) => text.replace(/<dc:title>[\s\S]*?<\/dc:title>/, '<dc:title>x</dc:title>')),
  ),
  objects('a schema without a description of its property', ['pdfa.extension_schema', '6.6.2.3.3-10'], (pdf) =>
    metadata(pdf, (text) => text.replace(/<pdfaProperty:description>.*?<\/pdfaProperty:description>/, '')),
  ),
  objects('a property that is there twice', ['pdfa.metadata_unreadable', '6.6.2.1-4'], (pdf) =>
    metadata(pdf, more('xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>x</pdf:Producer>')),
  ),
  objects('another prefix for the claim', ['pdfa.identification', '6.6.4-4'], (pdf) =>
    metadata(pdf, (text) => text.replaceAll('pdfaid:', 'aid:').replace('xmlns:pdfaid', 'xmlns:aid')),
  ),
  objects('a level that does not exist', ['pdfa.identification', '6.6.4-3'], (pdf) =>
    metadata(pdf, (text) => text.replace(/<pdfaid:conformance>.</, '<pdfaid:conformance>X<')),
  ),
];

const structure: readonly Alteration[] = [
  objects(
    'a document that is not tagged',
    ['pdfa.not_marked', '6.7.2.2-1'],
    (pdf) => void pdf.catalog.delete('MarkInfo'),
  ),
  objects('no structure', ['pdfa.structure_missing', '6.7.3.3-1'], (pdf) => void pdf.catalog.delete('StructTreeRoot')),
  objects('an element that no role explains', ['pdfa.role_map', '6.7.3.4-1'], (pdf) => {
    const heading = pdf.dicts().find((one) => (one.get('S') as { name?: string } | undefined)?.name === 'H1');
    heading?.set('S', N('Big'));
  }),
  objects(
    'a language that is none',
    ['pdfa.language', '6.7.4-1'],
    (pdf) => void pdf.catalog.set('Lang', pdfBytes('ไทย th')),
  ),
  objects(
    'an embedded file without type',
    ['pdfa.file_type', '6.8-1'],
    (pdf) => void pdf.dict(pdf.dict(specification(pdf).get('EF')).get('F')).delete('Subtype'),
  ),
  objects(
    'an embedded file with one name',
    ['pdfa.file_names', '6.8-2'],
    (pdf) => void specification(pdf).delete('UF'),
  ),
  objects(
    'an embedded file without relationship',
    ['pdfa.file_relationship', '6.8-3'],
    (pdf) => void specification(pdf).delete('AFRelationship'),
  ),
  objects(
    'an embedded file that nothing refers to',
    ['pdfa.file_not_associated', '6.8-4'],
    (pdf) => void pdf.catalog.delete('AF'),
  ),
  objects('layers without a name', ['pdfa.layer_name', '6.9-1'], (pdf) => layers(pdf, {})),
  objects('a layer that the order leaves out', ['pdfa.layer_order', '6.9-3'], (pdf) =>
    layers(pdf, { Name: pdfBytes('a'), Order: [] }),
  ),
  objects('layers that change by themselves', ['pdfa.layer_usage', '6.9-4'], (pdf) =>
    layers(pdf, { Name: pdfBytes('a'), AS: [] }),
  ),
  objects('slides', ['pdfa.alternate_presentations', '6.10-2'], (pdf) => void page(pdf).set('PresSteps', D({}))),
  objects(
    'a reader that must be able to do more',
    ['pdfa.requirements', '6.11-1'],
    (pdf) => void pdf.catalog.set('Requirements', [D({ Type: N('Requirement'), S: N('EnableJavaScripts') })]),
  ),
];

/** Documents that break one requirement each. */
export const alterations: readonly Alteration[] = [
  ...[...file, ...values, ...graphics, ...fonts, ...interactive, ...about, ...structure],
];

/** Changes that PDF/A permits. */
export const permitted: readonly Omit<Alteration, 'code'>[] = [
  { name: 'nothing', make: (bytes: Uint8Array) => rewritePdf(bytes, () => undefined) },
  {
    name: 'a link to a page of the web, with a colour of RGB',
    make: (bytes: Uint8Array) =>
      rewritePdf(bytes, (pdf) => {
        draw(pdf, '1 0 0 rg 0.5 G 0 0 1 1 re f');
        action(pdf, { S: N('URI'), URI: pdfBytes('https://example.org') });
        const annotation = (page(pdf).get('Annots') as readonly PdfValue[])[0];
        if (annotation instanceof PdfRef) pdf.dict(annotation).delete('StructParent');
      }),
  },
  {
    name: 'transparency with an output intent',
    make: (bytes: Uint8Array) => rewritePdf(bytes, (pdf) => state(pdf, { ca: 0.5, BM: N('Multiply') })),
  },
  {
    name: 'a named layer',
    make: (bytes: Uint8Array) => rewritePdf(bytes, (pdf) => layers(pdf, { Name: pdfBytes('a') })),
  },
  { name: 'an image', make: (bytes: Uint8Array) => rewritePdf(bytes, (pdf) => image(pdf)) },
];
