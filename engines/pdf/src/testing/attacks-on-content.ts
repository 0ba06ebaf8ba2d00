import { appended, type PdfAttack } from './attack.ts';
import {
  at,
  changed,
  formText,
  placeOf,
  sampleObjects,
  signedSample,
  streamText,
  updatePdf,
} from './sample-document.ts';

const pageText = (from: string, to: string): string => changed(at.firstPage, from, to);
const catalog = (more: string): string => (sampleObjects[1] ?? '').replace(/>>$/, `${more} >>`);
const structure = 'ISO 32000-2 12.8.2.2';
const lookalike = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [49 /nine] >> >>';

const hide: PdfAttack[] = [
  appended({ name: 'an overlay emptied', class: 'shadow hide', clause: structure }, { [at.overlay]: formText('') }),
  appended(
    { name: 'an overlay freed', class: 'shadow hide', clause: structure },
    {},
    { write: { entries: { [at.overlay]: 'f' } } },
  ),
  appended(
    { name: 'an image that points to the metadata', class: 'shadow hide', clause: structure },
    { [at.image]: sampleObjects[at.metadata] ?? '' },
  ),
  appended(
    { name: 'an overlay taken out of the resources', class: 'shadow hide', clause: structure },
    { [at.firstPage]: pageText('/Ov 31 0 R', '') },
  ),
  appended(
    { name: 'the link annotation taken away', class: 'shadow hide', clause: structure },
    { [at.firstPage]: pageText('15 0 R ', '') },
  ),
  appended(
    { name: 'the crop box set', class: 'shadow hide', clause: structure },
    { [at.firstPage]: pageText('/Contents', '/CropBox [0 0 595 700] /Contents') },
  ),
  appended(
    { name: 'the media box of all pages changed', class: 'shadow hide', clause: structure },
    { [at.pages]: changed(at.pages, '0 0 595 842', '0 0 595 500') },
  ),
  appended(
    { name: 'a page turned', class: 'shadow hide', clause: structure },
    { [at.secondPage]: changed(at.secondPage, '/Contents', '/Rotate 180 /Contents') },
  ),
];

const replace: PdfAttack[] = [
  appended({ name: 'a font replaced', class: 'shadow replace', clause: structure }, { [at.font]: lookalike }),
  appended(
    { name: 'a font name that stands for another font', class: 'shadow replace', clause: structure },
    { [at.firstPage]: pageText('/F1 8 0 R', '/F1 90 0 R'), 90: lookalike },
  ),
  appended(
    { name: 'the content of a page exchanged', class: 'shadow replace', clause: structure },
    { [at.firstPage]: pageText('/Contents 7 0 R', '/Contents 16 0 R') },
  ),
  appended(
    { name: 'content added to a page', class: 'shadow replace', clause: structure },
    {
      [at.firstPage]: pageText('/Contents 7 0 R', '/Contents [7 0 R 90 0 R]'),
      90: streamText('BT /F1 12 Tf 50 740 Td (and 800 more) Tj ET'),
    },
  ),
  appended(
    { name: 'an image replaced', class: 'shadow replace', clause: structure },
    { [at.image]: (sampleObjects[at.image] ?? '').replace('\x00\xff\xff\x00', '\xff\x00\x00\xff') },
  ),
  appended(
    { name: 'a layer shown that was hidden', class: 'shadow replace', clause: 'ISO 32000-2 8.11.4' },
    { [at.layers]: changed(at.layers, '/ON [36 0 R] /OFF [23 0 R]', '/ON [23 0 R] /OFF [36 0 R]') },
  ),
  appended(
    { name: 'the properties of a layer exchanged', class: 'shadow replace', clause: 'ISO 32000-2 8.11.2' },
    { [at.firstPage]: pageText('/Draft 23 0 R /Final 36 0 R', '/Draft 36 0 R /Final 23 0 R') },
  ),
  appended(
    { name: 'a page added', class: 'shadow replace', clause: structure },
    {
      [at.pages]: changed(at.pages, '5 0 R] /Count 2', '5 0 R 90 0 R] /Count 3'),
      90: '<< /Type /Page /Parent 2 0 R /Contents 16 0 R >>',
    },
  ),
  appended(
    { name: 'a page taken away', class: 'shadow replace', clause: structure },
    { [at.pages]: changed(at.pages, '5 0 R] /Count 2', '] /Count 1') },
  ),
  appended(
    { name: 'pages in another order', class: 'shadow replace', clause: structure },
    { [at.pages]: changed(at.pages, '4 0 R 5 0 R', '5 0 R 4 0 R') },
  ),
  appended(
    { name: 'a page shown twice', class: 'shadow replace', clause: structure },
    { [at.pages]: changed(at.pages, '5 0 R] /Count 2', '5 0 R 5 0 R] /Count 3') },
  ),
  appended(
    { name: 'all pages replaced by another tree', class: 'shadow replace', clause: structure },
    {
      [at.catalog]: changed(at.catalog, '/Pages 2 0 R', '/Pages 90 0 R'),
      90: '<< /Type /Pages /Kids [91 0 R] /Count 1 >>',
      91: '<< /Type /Page /Parent 90 0 R /Contents 16 0 R /MediaBox [0 0 595 842] >>',
    },
  ),
  appended(
    { name: 'another catalog', class: 'shadow replace', clause: 'ISO 32000-2 7.7.2' },
    {
      90: changed(at.catalog, '/Pages 2 0 R', '/Pages 91 0 R'),
      91: '<< /Type /Pages /Kids [5 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
    },
    { write: { trailer: '/Root 90 0 R' } },
  ),
  appended(
    { name: 'a key given twice in a page', class: 'shadow replace', clause: 'ISO 32000-2 7.3.7' },
    {
      [at.firstPage]: pageText('/Contents 7 0 R', '/Contents 90 0 R /Contents 7 0 R'),
      90: streamText('BT (forged) Tj ET'),
    },
  ),
  appended(
    { name: 'a form used again as an annotation', class: 'shadow replace', clause: structure },
    { [at.overlay]: '<< /Type /Annot /Subtype /Stamp /Rect [0 0 100 100] >>' },
  ),
  appended(
    { name: 'another text for those who listen', class: 'shadow replace', clause: 'ISO 32000-2 14.9.4' },
    { [at.paragraph]: changed(at.paragraph, 'Pay 100 baht', 'Pay 900 baht') },
  ),
  appended(
    { name: 'an embedded file replaced', class: 'shadow replace', clause: 'ISO 32000-2 7.11.4' },
    { [at.attachedFile]: streamText('<amount>900</amount>', '/Type /EmbeddedFile') },
  ),
  appended(
    { name: 'an embedded file added', class: 'shadow replace', clause: 'ISO 32000-2 7.11.4' },
    { [at.names]: changed(at.names, '25 0 R]', '25 0 R (more.xml) 25 0 R]') },
  ),
  appended(
    { name: 'a link that leads elsewhere', class: 'shadow replace', clause: structure },
    { [at.link]: changed(at.link, '/Dest [5 0 R /Fit]', '/A << /S /URI /URI (https://example.invalid/) >>') },
  ),
  appended(
    { name: 'an outline entry renamed', class: 'shadow replace', clause: 'ISO 32000-2 12.3.3' },
    { [at.outline]: changed(at.outline, 'Start', 'Contract of 900 baht') },
  ),
];

/** Hidden bytes in the signed revision that no cross-reference names, until an update does. */
const hidden = `7 0 obj\n${streamText('BT /F1 12 Tf 50 750 Td (Pay 900 baht to Somchai) Tj ET')}\nendobj\n`;

const hideAndReplace: PdfAttack[] = [
  {
    name: 'a hidden object brought to light by the cross-references',
    class: 'shadow hide and replace',
    clause: 'ISO 32000-2 7.5.4',
    build: async (sign) => {
      const pdf = await signedSample({ sign, hidden });
      return updatePdf(pdf, {}, { entries: { [at.content]: placeOf(pdf, '7 0 obj', placeOf(pdf, '36 0 obj')) } });
    },
  },
  {
    name: 'an object number that leads to another signed object',
    class: 'shadow hide and replace',
    clause: 'ISO 32000-2 7.5.4',
    build: async (sign) => {
      const pdf = await signedSample({ sign, hidden: hidden.replace('7 0 obj', '97 0 obj') });
      const place = placeOf(pdf, '97 0 obj');
      return updatePdf(
        pdf,
        { [at.firstPage]: pageText('/Contents 7 0 R', '/Contents 97 0 R') },
        { entries: { 97: place } },
      );
    },
  },
  appended(
    {
      name: 'the length of a stream moved out and changed',
      class: 'shadow hide and replace',
      clause: 'ISO 32000-2 7.3.8',
    },
    { 98: '10' },
    {
      sample: {
        objects: {
          [at.content]: (sampleObjects[at.content] ?? '').replace(/\/Length \d+/, '/Length 98 0 R'),
          98: String(/\/Length (\d+)/.exec(sampleObjects[at.content] ?? '')?.[1]),
        },
      },
    },
  ),
];

const activeContent: PdfAttack[] = [
  ['an action on opening', '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'],
  ['an action on closing', '/AA << /WC << /S /JavaScript /JS (x) >> >>'],
  ['associated files', '/AF [25 0 R]'],
  ['requirements of the reader', '/Requirements [<< /Type /Requirement /S /EnableJavaScripts >>]'],
  ['preferences of the reader', '/ViewerPreferences << /HideToolbar true >>'],
].map(([name = '', more = '']) =>
  appended({ name, class: 'active content', clause: 'ISO 32000-2 12.6' }, { [at.catalog]: catalog(more) }),
);

const scripts: PdfAttack[] = [
  appended(
    { name: 'a script in the name tree', class: 'active content', clause: 'ISO 32000-2 12.6.4.17' },
    {
      [at.names]: changed(
        at.names,
        '<< /EmbeddedFiles',
        '<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> /EmbeddedFiles',
      ),
    },
  ),
  appended(
    { name: 'an action of a page', class: 'active content', clause: 'ISO 32000-2 12.6.3' },
    { [at.firstPage]: pageText('/Contents', '/AA << /O << /S /JavaScript /JS (x) >> >> /Contents') },
  ),
  appended(
    { name: 'an action of a field', class: 'active content', clause: 'ISO 32000-2 12.6.3' },
    { [at.amount]: changed(at.amount, '/V (100)', '/V (100) /AA << /F << /S /JavaScript /JS (x) >> >>') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a note with a script under P=3', class: 'active content', clause: 'ISO 32000-2 12.6.4.17' },
    {
      [at.firstPage]: pageText('30 0 R]', '30 0 R 80 0 R]'),
      80: '<< /Type /Annot /Subtype /Text /Rect [400 300 420 320] /A << /S /JavaScript /JS (x) >> >>',
    },
    { sample: { level: 3 } },
  ),
];

/** Attacks on what a document shows and does. */
export const contentAttacks: readonly PdfAttack[] = [
  ...hide,
  ...replace,
  ...hideAndReplace,
  ...activeContent,
  ...scripts,
];
