import { at, changed, formText, type ObjectTexts, sampleObjects } from './sample-document.ts';

/** The first page of the sample with further annotations. */
export const pageWith = (more: string): string => changed(at.firstPage, '30 0 R]', `30 0 R ${more}]`);

/** The form of the sample, or of other objects, with further fields. */
export const formWith = (more: string, objects: ObjectTexts = sampleObjects): string =>
  changed(at.form, '30 0 R]', `30 0 R ${more}]`, objects);

/** Clause about what a certification permits. */
export const docMdp = 'ISO 32000-2 12.8.2.2';

/** A look that covers what is below it with other words. */
export const opaque: string = formText('1 g 0 0 150 30 re f BT /Helv 12 Tf 0 g 2 5 Td (Pay 900 baht) Tj ET', 150, 30);
