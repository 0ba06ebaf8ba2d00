import { appended, type PdfAttack } from './attack.ts';
import {
  at,
  changed,
  firstSignatureObject,
  formText,
  type ObjectTexts,
  type SignedSampleOptions,
  sampleObjects,
  signedSample,
  signPdf,
  updatePdf,
} from './sample-document.ts';
import { countersigned } from './updates.ts';

const page = (more: string): string => changed(at.firstPage, '30 0 R]', `30 0 R ${more}]`);
const form = (more: string): string => changed(at.form, '30 0 R]', `30 0 R ${more}]`);
const docMdp = 'ISO 32000-2 12.8.2.2';
const fieldMdp = 'ISO 32000-2 12.8.2.4';
const filled: ObjectTexts = {
  [at.amount]: changed(at.amount, '/V (100)', '/V (900)').replace('17 0 R', '70 0 R'),
  70: formText('/Tx BMC q BT /Helv 10 Tf 0 g 2 5 Td (900) Tj ET Q EMC'),
};
const opaque = formText('1 g 0 0 150 30 re f BT /Helv 12 Tf 0 g 2 5 Td (Pay 900 baht) Tj ET', 150, 30);

function annotation(name: string, text: string, sample: SignedSampleOptions, look = opaque): PdfAttack {
  return appended(
    { name, class: 'evil annotation', clause: `${docMdp}, 12.5.5` },
    { [at.firstPage]: page('80 0 R'), 80: text, 81: look },
    { sample },
  );
}

const over = (subtype: string, more = ''): string =>
  `<< /Type /Annot /Subtype /${subtype} /Rect [50 740 200 770] /P 4 0 R /AP << /N 81 0 R >> ${more} >>`;

const annotations: PdfAttack[] = [
  annotation('a text box over the content under P=3', over('FreeText', '/Contents (Pay 900 baht) /DA (/Helv 12 Tf)'), {
    level: 3,
  }),
  annotation('a stamp over the content under P=3', over('Stamp'), { level: 3 }),
  annotation(
    'a filled square without a look over the content under P=3',
    '<< /Type /Annot /Subtype /Square /Rect [50 740 200 770] /IC [1 1 1] /C [1 1 1] >>',
    { level: 3 },
  ),
  annotation('an ink drawing over the content under P=3', over('Ink', '/InkList [[50 740 200 770]]'), { level: 3 }),
  annotation(
    'a highlight whose look writes text under P=3',
    over('Highlight', '/QuadPoints [50 770 200 770 50 740 200 740]'),
    { level: 3 },
  ),
  annotation(
    'a highlight whose look fills the place under P=3',
    over('Highlight', '/QuadPoints [50 770 200 770 50 740 200 740]'),
    { level: 3 },
    formText('1 g 0 0 150 30 re f', 150, 30),
  ),
  annotation('a redaction over the content under P=3', over('Redact', '/IC [1 1 1]'), { level: 3 }),
  annotation('a comment under P=2', '<< /Type /Annot /Subtype /Text /Rect [400 300 420 320] /Contents (x) >>', {
    level: 2,
  }),
  annotation('a comment under P=1', '<< /Type /Annot /Subtype /Text /Rect [400 300 420 320] /Contents (x) >>', {
    level: 1,
  }),
  annotation('a text box after an approval signature', over('FreeText', '/Contents (x)'), {}),
  annotation('a widget that no field owns', over('Widget'), { level: 3 }),
];

function sneaky(
  name: string,
  options: { sample: SignedSampleOptions; rect: string; look: string; entries?: string },
): PdfAttack {
  return {
    name,
    class: 'sneaky signature',
    clause: docMdp,
    build: async (sign) =>
      signPdf(await signedSample({ ...options.sample, sign }), {
        field: 100,
        fieldText: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [${options.rect}] /F 132 /P 4 0 R /V %V /AP << /N 102 0 R >> >>`,
        object: 101,
        ...(options.entries === undefined ? {} : { entries: options.entries }),
        objects: { [at.form]: form('100 0 R'), [at.firstPage]: page('100 0 R'), 102: options.look },
        ...(sign === undefined ? {} : { sign }),
      }),
  };
}

const certification = '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 3 /V /1.2 >> >>]';

const signatures: PdfAttack[] = [
  sneaky('a signature whose look covers the content under P=2', {
    sample: { level: 2 },
    rect: '50 740 200 770',
    look: opaque,
  }),
  sneaky('a signature whose look covers the content under P=3', {
    sample: { level: 3 },
    rect: '50 740 200 770',
    look: opaque,
  }),
  sneaky('a signature whose look covers the page', {
    sample: { level: 2 },
    rect: '0 0 595 842',
    look: formText('1 g 0 0 595 842 re f', 595, 842),
  }),
  sneaky('a signature whose look covers the page after an approval', {
    sample: {},
    rect: '0 0 595 842',
    look: formText('1 g 0 0 595 842 re f', 595, 842),
  }),
  sneaky('a signature after a certification against any change', {
    sample: { level: 1 },
    rect: '0 0 0 0',
    look: formText(''),
  }),
  sneaky('a certification that comes second', {
    sample: {},
    rect: '0 0 0 0',
    look: formText(''),
    entries: certification,
  }),
  appended(
    {
      name: 'a signature field without signature over the content under P=2',
      class: 'sneaky signature',
      clause: docMdp,
    },
    {
      [at.form]: form('100 0 R'),
      [at.firstPage]: page('100 0 R'),
      100: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [50 740 200 770] /AP << /N 102 0 R >> >>',
      102: opaque,
    },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a signature without ByteRange', class: 'sneaky signature', clause: 'ISO 32000-2 12.8.1' },
    {
      [at.secondSignature]: changed(at.secondSignature, '/FT /Sig', '/FT /Sig /V 101 0 R'),
      101: '<< /Type /Sig /Filter /Adobe.PPKLite >>',
    },
    { sample: { level: 2 } },
  ),
  {
    name: 'the look of a signature that was there changed',
    class: 'sneaky signature',
    clause: 'ISO 32000-2 12.7.5.5',
    build: async (sign) =>
      updatePdf(await countersigned(await signedSample({ sign }), sign), {
        [at.firstSignature]: (sampleObjects[at.firstSignature] ?? '').replace(
          />>$/,
          `/V ${firstSignatureObject} 0 R /AP << /N 102 0 R >> >>`,
        ),
        102: opaque,
      }),
  },
  appended(
    { name: 'a signed field moved over the content', class: 'sneaky signature', clause: 'ISO 32000-2 12.7.5.5' },
    {
      [at.firstSignature]: (sampleObjects[at.firstSignature] ?? '')
        .replace(/>>$/, `/V ${firstSignatureObject} 0 R >>`)
        .replace('50 100 200 150', '50 740 200 770'),
    },
  ),
];

const values: PdfAttack[] = [
  appended({ name: 'a field filled in under P=1', class: 'permissions', clause: docMdp }, filled, {
    sample: { level: 1 },
  }),
  appended({ name: 'a locked field filled in', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { lock: '/Action /Include /Fields [(amount)]' },
  }),
  appended({ name: 'a field filled in while all are locked', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /All' },
  }),
  appended({ name: 'a field filled in that is not left open', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /Exclude /Fields [(agree)]' },
  }),
  appended(
    { name: 'a field below a locked one filled in', class: 'permissions', clause: fieldMdp },
    { [at.street]: changed(at.street, '/T (street)', '/T (street) /V (x)') },
    { sample: { level: 2, lock: '/Action /Include /Fields [(address)]' } },
  ),
  appended(
    { name: 'a value set above a locked field', class: 'permissions', clause: fieldMdp },
    { [at.address]: changed(at.address, '/T (address)', '/T (address) /V (x)') },
    { sample: { level: 2, lock: '/Action /Include /Fields [(address.street)]' } },
  ),
  appended({ name: 'a lock with an unknown action', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /Some /Fields [(agree)]' },
  }),
  appended(
    { name: 'the certification taken out of the catalog', class: 'permissions', clause: 'ISO 32000-2 12.8.6' },
    { [at.catalog]: sampleObjects[at.catalog] ?? '' },
    { sample: { level: 1 } },
  ),
  appended(
    { name: 'a look changed without its value', class: 'shadow hide and replace', clause: 'ISO 32000-2 12.7.4.3' },
    { [at.amountLook]: formText('BT /Helv 10 Tf 2 5 Td (900) Tj ET') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a look that shows another value', class: 'shadow hide and replace', clause: 'ISO 32000-2 12.7.4.3' },
    {
      [at.amount]: changed(at.amount, '/V (100)', '/V (101)').replace('17 0 R', '70 0 R'),
      70: formText('BT /Helv 10 Tf 2 5 Td (900) Tj ET'),
    },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a check box that looks ticked', class: 'shadow hide and replace', clause: 'ISO 32000-2 12.7.5.2' },
    { [at.agree]: changed(at.agree, '/AS /Off', '/AS /Yes') },
    { sample: { level: 2 } },
  ),
  appended(
    {
      name: 'the look of the empty check box drawn as ticked',
      class: 'shadow hide and replace',
      clause: 'ISO 32000-2 12.7.5.2',
    },
    { [at.unchecked]: sampleObjects[at.checked] ?? '' },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a field moved', class: 'shadow replace', clause: docMdp },
    { [at.amount]: changed(at.amount, '50 400 150 420', '50 745 150 765') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a field hidden', class: 'shadow hide', clause: docMdp },
    { [at.amount]: changed(at.amount, '/F 4', '/F 6') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a field renamed', class: 'permissions', clause: docMdp },
    { [at.amount]: changed(at.amount, '(amount)', '(total)') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a field taken away', class: 'permissions', clause: docMdp },
    { [at.form]: changed(at.form, '10 0 R ', ''), [at.firstPage]: changed(at.firstPage, '10 0 R ', '') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a text field added', class: 'permissions', clause: docMdp },
    {
      [at.form]: form('100 0 R'),
      [at.firstPage]: page('100 0 R'),
      100: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (new) /V (x) /Rect [50 740 200 770] /AP << /N 102 0 R >> >>',
      102: opaque,
    },
    { sample: { level: 3 } },
  ),
  appended(
    { name: 'another font for all fields', class: 'shadow replace', clause: 'ISO 32000-2 12.7.3' },
    {
      [at.form]: changed(at.form, '/Helv 8 0 R', '/Helv 90 0 R'),
      90: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>',
    },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'the order of calculation set', class: 'permissions', clause: 'ISO 32000-2 12.7.3' },
    { [at.form]: changed(at.form, '/SigFlags 3', '/SigFlags 3 /CO [10 0 R]') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a form of another kind (XFA) added', class: 'shadow replace', clause: 'ISO 32000-2 12.7.8' },
    { [at.form]: changed(at.form, '/SigFlags 3', '/SigFlags 3 /XFA 90 0 R'), 90: '<< >>' },
  ),
];

const quad = '/QuadPoints [50 770 200 770 50 740 200 740]';
const hiddenWidget =
  '<< /Type /Annot /Subtype /Widget /FT /Tx /T (hidden) /V (x) /Rect [50 740 200 770] /AP << /N 102 0 R >> >>';
const multiply = (data: string): string =>
  formText(data, 150, 30).replace('/Resources <<', '/Resources << /ExtGState << /M << /BM /Multiply >> >>');

const furtherLooks: PdfAttack[] = [
  annotation(
    'a highlight that names a blend mode and does not use it',
    over('Highlight', quad),
    { level: 3 },
    multiply('1 1 0 rg 0 0 150 30 re f'),
  ),
  annotation(
    'a highlight that blackens the text',
    over('Highlight', quad),
    { level: 3 },
    multiply('/M gs 0 g 0 0 150 30 re f'),
  ),
  annotation(
    'a black highlight without a look',
    `<< /Type /Annot /Subtype /Highlight /Rect [50 740 200 770] ${quad} /C [0 0 0] >>`,
    { level: 3 },
  ),
  annotation(
    'a line as thick as the text',
    over('Line', '/L [50 755 200 755]'),
    { level: 3 },
    formText('1 G 30 w 0 15 m 150 15 l S', 150, 30),
  ),
  annotation(
    'a thin line scaled up',
    over('Line', '/L [50 755 200 755]'),
    { level: 3 },
    formText('1 G 30 0 0 30 0 0 cm 1 w 0 0.5 m 5 0.5 l S', 150, 30),
  ),
  annotation('a note with a large look', over('Text'), { level: 3 }),
  {
    ...appended(
      { name: 'a field without a place put on a page', class: 'shadow hide and replace', clause: docMdp },
      { [at.firstPage]: page('100 0 R') },
      { sample: { level: 2, objects: { [at.form]: form('100 0 R'), 100: hiddenWidget, 102: opaque } } },
    ),
  },
  appended(
    { name: 'the look of a widget that no field owns changed', class: 'shadow hide and replace', clause: docMdp },
    { 102: opaque },
    { sample: { level: 2, objects: { [at.firstPage]: page('100 0 R'), 100: hiddenWidget, 102: formText('') } } },
  ),
  appended(
    { name: 'a value changed and its look left', class: 'shadow hide and replace', clause: 'ISO 32000-2 12.7.4.3' },
    { [at.amount]: changed(at.amount, '/V (100)', '/V (900)') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a check box set and shown empty', class: 'shadow hide and replace', clause: 'ISO 32000-2 12.7.5.2' },
    { [at.agree]: changed(at.agree, '/V /Off', '/V /Yes') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'widgets in another order', class: 'shadow hide', clause: docMdp },
    { [at.firstPage]: changed(at.firstPage, '10 0 R 12 0 R', '12 0 R 10 0 R') },
    { sample: { level: 2 } },
  ),
  {
    name: 'a signature on two pages, over the content of the first',
    class: 'sneaky signature',
    clause: docMdp,
    build: async (sign) =>
      signPdf(await signedSample({ level: 2, sign }), {
        field: 100,
        fieldText:
          '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [50 600 200 640] /F 132 /P 4 0 R /V %V /AP << /N 102 0 R >> >>',
        object: 101,
        objects: {
          [at.form]: form('100 0 R'),
          [at.firstPage]: page('100 0 R'),
          [at.secondPage]: changed(at.secondPage, '/Contents', '/Annots [100 0 R] /Contents'),
          102: opaque,
        },
        ...(sign === undefined ? {} : { sign }),
      }),
  },
];

/** Attacks on fields, comments and further signatures. */
export const formAttacks: readonly PdfAttack[] = [...annotations, ...signatures, ...values, ...furtherLooks];
