import { formWith, pageWith } from './form-parts.ts';
import {
  at,
  changed,
  firstSignatureObject,
  formText,
  type ObjectTexts,
  type SignedSampleOptions,
  type SignParts,
  sampleObjects,
  signedSample,
  signPdf,
  streamText,
  updatePdf,
} from './sample-document.ts';

/** An update after signing that the signer permits: it must raise no alarm. */
export interface LegitimateUpdate {
  readonly name: string;
  readonly clause: string;
  build(sign?: SignParts): Promise<Uint8Array>;
}

const catalogOf = (level: number | undefined, more: string): string =>
  (sampleObjects[1] ?? '').replace(
    />>$/,
    `${level === undefined ? '' : `/Perms << /DocMDP ${firstSignatureObject} 0 R >>`} ${more} >>`,
  );

/** A validation store with one certificate and one VRI entry. */
export function storeUpdate(level?: number, extra = ''): ObjectTexts {
  return {
    [at.catalog]: catalogOf(level, '/DSS 50 0 R /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>'),
    50: `<< /Type /DSS /Certs [51 0 R ${extra}] /CRLs [52 0 R] /VRI << /0123456789012345678901234567890123456789 << /Cert [51 0 R] >> >> >>`,
    51: streamText('certificate'),
    52: streamText('crl'),
  };
}

/** `pdf` with a document time-stamp in a new invisible field. */
export function stamped(
  pdf: Uint8Array,
  number: number,
  options: { sign?: SignParts | undefined; fields?: string; objects?: ObjectTexts } = {},
): Promise<Uint8Array> {
  const fields = options.fields ?? '';
  return signPdf(pdf, {
    field: number,
    fieldText: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp${number}) /Rect [0 0 0 0] /F 132 /P 4 0 R /V %V >>`,
    object: number + 1,
    subFilter: 'ETSI.RFC3161',
    objects: {
      [at.form]: formWith(`${fields} ${number} 0 R`),
      [at.firstPage]: pageWith(`${fields} ${number} 0 R`),
      ...options.objects,
    },
    ...(options.sign === undefined ? {} : { sign: options.sign }),
  });
}

/** `pdf` signed in the empty field `Signature 2`, with a look inside its rectangle. */
export function countersigned(pdf: Uint8Array, sign?: SignParts, entries = ''): Promise<Uint8Array> {
  return signPdf(pdf, {
    field: at.secondSignature,
    fieldText: (sampleObjects[at.secondSignature] ?? '').replace(/>>$/, '/V %V /AP << /N 62 0 R >> >>'),
    object: 60,
    entries,
    objects: { 62: formText('BT /Helv 10 Tf 5 5 Td (Signed by Malee) Tj ET', 150, 50) },
    ...(sign === undefined ? {} : { sign }),
  });
}

const filled: ObjectTexts = {
  [at.amount]: changed(at.amount, '/V (100)', '/V (250)').replace('17 0 R', '70 0 R'),
  70: formText('/Tx BMC q BT /Helv 10 Tf 0 g 2 5 Td (250) Tj ET Q EMC'),
};
const checked: ObjectTexts = { [at.agree]: changed(at.agree, '/V /Off /AS /Off', '/V /Yes /AS /Yes') };
const note = '<< /Type /Annot /Subtype /Text /Rect [400 300 420 320] /Contents (Please check) /P 4 0 R >>';
const highlight =
  '<< /Type /Annot /Subtype /Highlight /Rect [50 745 190 765] /QuadPoints [50 765 190 765 50 745 190 745] /C [1 1 0] /P 4 0 R >>';

function after(options: SignedSampleOptions, objects: ObjectTexts, trailer?: string): LegitimateUpdate['build'] {
  return async (sign) =>
    updatePdf(await signedSample({ ...options, sign }), objects, trailer === undefined ? {} : { trailer });
}

const annotated = (text: string): ObjectTexts => ({ [at.firstPage]: pageWith('80 0 R'), 80: text });
const metadata: ObjectTexts = {
  [at.metadata]: streamText(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- synchronised --></x:xmpmeta>',
    '/Type /Metadata /Subtype /XML',
  ),
  [at.information]: '<< /Title (Sample) /ModDate (D:20260202000000Z) >>',
};

const maintenance: LegitimateUpdate[] = [
  { name: 'validation store after an approval signature', clause: '12.8.4.3', build: after({}, storeUpdate()) },
  ...([1, 2, 3] as const).map(
    (level): LegitimateUpdate => ({
      name: `validation store after a certification P=${level}`,
      clause: '12.8.4.3',
      build: after({ level }, storeUpdate(level)),
    }),
  ),
  { name: 'information and XMP kept in step', clause: '14.3', build: after({}, metadata) },
  { name: 'information and XMP kept in step under P=2', clause: '14.3', build: after({ level: 2 }, metadata) },
  {
    name: 'another second half of the identifier',
    clause: '14.4',
    build: after({}, metadata, '/Root 1 0 R /Info 29 0 R /ID [<00> <02>]'),
  },
  {
    name: 'an object written again unchanged',
    clause: '7.5.6',
    build: after({}, { [at.font]: sampleObjects[at.font] ?? '' }),
  },
  { name: 'an object that nothing refers to', clause: '7.5.6', build: after({}, { 90: '<< /Unused true >>' }) },
  {
    name: 'the version raised',
    clause: '7.5.2',
    build: after({}, { [at.catalog]: catalogOf(undefined, '/Version /2.0') }),
  },
  {
    name: 'white space at the end',
    clause: '7.5.5',
    build: async (sign) => updateTail(await signedSample({ sign }), '\n\n'),
  },
  { name: 'nothing at all', clause: '12.8.1', build: (sign) => signedSample({ sign }) },
];

function updateTail(pdf: Uint8Array, text: string): Uint8Array {
  const longer = new Uint8Array(pdf.length + text.length);
  longer.set(pdf);
  for (let index = 0; index < text.length; index += 1) longer[pdf.length + index] = text.charCodeAt(index);
  return longer;
}

const signing: LegitimateUpdate[] = [
  {
    name: 'a time-stamp after an approval signature',
    clause: '12.8.5',
    build: async (sign) => stamped(await signedSample({ sign }), 100, { sign }),
  },
  ...([1, 2, 3] as const).map(
    (level): LegitimateUpdate => ({
      name: `a time-stamp after a certification P=${level}`,
      clause: '12.8.5',
      build: async (sign) => stamped(await signedSample({ level, sign }), 100, { sign }),
    }),
  ),
  {
    name: 'validation store, then time-stamp, then both again',
    clause: 'EN 319 142-1 5.4',
    build: async (sign) => {
      const lt = updatePdf(await signedSample({ sign }), storeUpdate());
      const lta = await stamped(lt, 100, { sign });
      const renewed = updatePdf(lta, { ...storeUpdate(undefined, '53 0 R'), 53: streamText('issuer') });
      return stamped(renewed, 110, { sign, fields: '100 0 R' });
    },
  },
  ...['/Action /All', '/Action /Exclude /Fields [(amount)]'].map(
    (lock): LegitimateUpdate => ({
      name: `a time-stamp under ${lock}`,
      clause: '12.8.2.2',
      build: async (sign) => stamped(await signedSample({ lock, sign }), 100, { sign }),
    }),
  ),
  {
    name: 'a second signature in its empty field',
    clause: '12.8.1',
    build: async (sign) => countersigned(await signedSample({ sign }), sign),
  },
  {
    name: 'a second signature in its empty field under P=2',
    clause: '12.8.2.2',
    build: async (sign) => countersigned(await signedSample({ level: 2, sign }), sign),
  },
  {
    name: 'a second signature in its empty field under P=3',
    clause: '12.8.2.2',
    build: async (sign) => countersigned(await signedSample({ level: 3, sign }), sign),
  },
  {
    name: 'a visible signature in a new field on an empty place',
    clause: '12.8.2.2',
    build: async (sign) =>
      signPdf(await signedSample({ sign }), {
        field: 100,
        fieldText:
          '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Third) /Rect [350 180 500 230] /F 132 /P 4 0 R /V %V /AP << /N 62 0 R >> >>',
        object: 101,
        objects: {
          [at.form]: formWith('100 0 R'),
          [at.firstPage]: pageWith('100 0 R'),
          62: formText('BT /Helv 10 Tf 5 5 Td (Signed by Anan) Tj ET', 150, 50),
        },
        ...(sign === undefined ? {} : { sign }),
      }),
  },
  {
    name: 'a structure element for a new signature field',
    clause: '14.7.5.3',
    build: async (sign) =>
      stamped(await signedSample({ sign }), 100, {
        sign,
        objects: {
          [at.structure]:
            '<< /Type /StructTreeRoot /K [33 0 R 120 0 R] /ParentTree << /Nums [0 [33 0 R] 1 120 0 R] >> /ParentTreeNextKey 2 >>',
          120: '<< /Type /StructElem /S /Form /P 32 0 R /K << /Type /OBJR /Obj 100 0 R /Pg 4 0 R >> >>',
        },
      }),
  },
];

const permitted: LegitimateUpdate[] = [
  { name: 'a text field filled in under P=2', clause: '12.8.2.2', build: after({ level: 2 }, filled) },
  { name: 'a text field filled in under P=3', clause: '12.8.2.2', build: after({ level: 3 }, filled) },
  { name: 'a check box ticked under P=2', clause: '12.8.2.2', build: after({ level: 2 }, checked) },
  {
    name: 'a field below another one filled in under P=2',
    clause: '12.8.2.2',
    build: after({ level: 2 }, { [at.street]: changed(at.street, '/T (street)', '/T (street) /V (Rama IX)') }),
  },
  {
    name: 'a field that another lock names filled in',
    clause: '12.8.2.4',
    build: after({ level: 2, lock: '/Action /Include /Fields [(agree)]' }, filled),
  },
  {
    name: 'Signature 10 filled in while Signature 1 is locked',
    clause: '12.8.2.4',
    build: after(
      { level: 2, lock: '/Action /Include /Fields [(Signature 1)]' },
      { [at.tenth]: changed(at.tenth, '/T (Signature 10)', '/T (Signature 10) /V (x)') },
    ),
  },
  {
    name: 'the one field left open filled in',
    clause: '12.8.2.4',
    build: after({ level: 2, lock: '/Action /Exclude /Fields [(amount)]' }, filled),
  },
  {
    name: 'the one field left open filled in after an approval signature',
    clause: '12.8.2.4',
    build: after({ lock: '/Action /Exclude /Fields [(amount)]' }, filled),
  },
  { name: 'a note under P=3', clause: '12.8.2.2', build: after({ level: 3 }, annotated(note)) },
  {
    name: 'a highlight without a look over text under P=3',
    clause: '12.8.2.2',
    build: after({ level: 3 }, annotated(highlight)),
  },
  {
    name: 'a comment on an empty place under P=3',
    clause: '12.8.2.2',
    build: after(
      { level: 3 },
      {
        ...annotated(
          '<< /Type /Annot /Subtype /FreeText /Rect [400 400 500 420] /Contents (seen) /DA (/Helv 10 Tf) /AP << /N 81 0 R >> /P 4 0 R >>',
        ),
        81: formText('BT /Helv 10 Tf 2 5 Td (seen) Tj ET'),
      },
    ),
  },
  {
    name: 'a field filled in, then signed, then stamped under P=2',
    clause: '12.8.2.2',
    build: async (sign) =>
      stamped(await countersigned(updatePdf(await signedSample({ level: 2, sign }), filled), sign), 100, { sign }),
  },
];

/** Updates that must raise no alarm. */
export const legitimateUpdates: readonly LegitimateUpdate[] = [...maintenance, ...signing, ...permitted];
