import { appended, type PdfAttack } from './attack.ts';
import { docMdp, opaque, pageWith } from './form-parts.ts';
import { at, formText, type SignedSampleOptions } from './sample-document.ts';

function annotation(name: string, text: string, sample: SignedSampleOptions, look = opaque): PdfAttack {
  return appended(
    { name, class: 'evil annotation', clause: `${docMdp}, 12.5.5` },
    { [at.firstPage]: pageWith('80 0 R'), 80: text, 81: look },
    { sample },
  );
}

const over = (subtype: string, more = ''): string =>
  `<< /Type /Annot /Subtype /${subtype} /Rect [50 740 200 770] /P 4 0 R /AP << /N 81 0 R >> ${more} >>`;
const quad = '/QuadPoints [50 770 200 770 50 740 200 740]';
const multiply = (data: string): string =>
  formText(data, 150, 30).replace('/Resources <<', '/Resources << /ExtGState << /M << /BM /Multiply >> >>');

/** Attacks by comments, highlights and drawings over what was signed. */
export const annotationAttacks: readonly PdfAttack[] = [
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
];
