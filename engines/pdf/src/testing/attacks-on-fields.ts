import { appended, type PdfAttack } from './attack.ts';
import { docMdp, formWith, opaque, pageWith } from './form-parts.ts';
import { at, changed, formText, sampleObjects } from './sample-document.ts';

const hiddenWidget =
  '<< /Type /Annot /Subtype /Widget /FT /Tx /T (hidden) /V (x) /Rect [50 740 200 770] /AP << /N 102 0 R >> >>';

/** Attacks on fields that may be filled in: their looks, places, names and what stands around them. */
export const fieldAttacks: readonly PdfAttack[] = [
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
    {
      name: 'a look with the value inside the octets of an image',
      class: 'shadow hide and replace',
      clause: 'ISO 32000-2 12.7.4.3',
    },
    {
      [at.amount]: changed(at.amount, '/V (100)', '/V (101)').replace('17 0 R', '70 0 R'),
      70: formText('BI /W 1 /H 1 /BPC 8 /CS /G ID (101) Tj\n EI 2 2 m 40 12 l S'),
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
      [at.form]: formWith('100 0 R'),
      [at.firstPage]: pageWith('100 0 R'),
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
    { name: 'the order to draw fields anew taken back', class: 'shadow hide', clause: 'ISO 32000-2 12.7.3' },
    { [at.form]: sampleObjects[at.form] ?? '' },
    {
      sample: {
        level: 1,
        objects: { [at.form]: changed(at.form, '/SigFlags 3', '/SigFlags 3 /NeedAppearances true') },
      },
    },
  ),
  appended(
    {
      name: 'the note that the file may only be extended taken out',
      class: 'permissions',
      clause: 'ISO 32000-2 12.7.3',
    },
    { [at.form]: changed(at.form, '/SigFlags 3', '/SigFlags 1') },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a form of another kind (XFA) added', class: 'shadow replace', clause: 'ISO 32000-2 12.7.8' },
    { [at.form]: changed(at.form, '/SigFlags 3', '/SigFlags 3 /XFA 90 0 R'), 90: '<< >>' },
  ),
  {
    ...appended(
      { name: 'a field without a place put on a page', class: 'shadow hide and replace', clause: docMdp },
      { [at.firstPage]: pageWith('100 0 R') },
      { sample: { level: 2, objects: { [at.form]: formWith('100 0 R'), 100: hiddenWidget, 102: opaque } } },
    ),
  },
  appended(
    { name: 'the look of a widget that no field owns changed', class: 'shadow hide and replace', clause: docMdp },
    { 102: opaque },
    { sample: { level: 2, objects: { [at.firstPage]: pageWith('100 0 R'), 100: hiddenWidget, 102: formText('') } } },
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
];
