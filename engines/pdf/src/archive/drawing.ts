import { type PdfDict, PdfName, type PdfValue } from '../objects.ts';
import { type ColourPlace, noteColourSpace } from './colour.ts';
import { type ArchiveFindings, namesIn, numberOf } from './findings.ts';

/** Rendering intents that are permitted (clause 6.2.6). */
export const renderingIntents: ReadonlySet<string> = new Set([
  ...['RelativeColorimetric', 'AbsoluteColorimetric', 'Perceptual', 'Saturation'],
]);

const blendModes: ReadonlySet<string> = new Set([
  ...['Normal', 'Compatible', 'Multiply', 'Screen', 'Overlay', 'Darken', 'Lighten', 'ColorDodge', 'ColorBurn'],
  ...['HardLight', 'SoftLight', 'Difference', 'Exclusion', 'Hue', 'Saturation', 'Color', 'Luminosity'],
]);

/** A graphics state (clauses 6.2.5, 6.2.6 and 6.2.10); whether it makes anything transparent. */
export function checkGraphicsState(findings: ArchiveFindings, dict: PdfDict, place: string): boolean {
  const { file } = findings;
  const second = file.get(dict.get('TR2'));
  const plain = second === null || (second instanceof PdfName && second.name === 'Default');
  findings.demand(!dict.has('TR') && plain, 'pdfa.transfer_function', place);
  checkHalftone(findings, dict, place);
  const intent = file.name(dict.get('RI'));
  if (intent !== undefined) findings.demand(renderingIntents.has(intent), 'pdfa.rendering_intent', place);
  const modes = namesIn(file, dict.get('BM'));
  for (const mode of modes) findings.demand(blendModes.has(mode), 'pdfa.blend_mode', place);
  const [mode] = modes;
  const blends = mode !== undefined && mode !== 'Normal' && mode !== 'Compatible';
  const through = ['ca', 'CA'].some((key) => (numberOf(file, dict.get(key)) ?? 1) < 1);
  return blends || through || file.dict(dict.get('SMask')) !== undefined;
}

function checkHalftone(findings: ArchiveFindings, dict: PdfDict, place: string): void {
  const { file } = findings;
  const halftone = file.dict(dict.get('HT'));
  const type = numberOf(file, halftone?.get('HalftoneType'));
  const good = !halftone || ((type === 1 || type === 5) && !halftone.has('HalftoneName'));
  findings.demand(good && !dict.has('HTP'), 'pdfa.halftone', place);
}

const bits: ReadonlySet<PdfValue> = new Set([1, 2, 4, 8, 16]);

/** An image (clause 6.2.8); whether it has a mask that lets through. */
export function checkImage(findings: ArchiveFindings, dict: PdfDict, where: ColourPlace): boolean {
  const { file } = findings;
  const { place } = where;
  findings.demand(!dict.has('Alternates'), 'pdfa.image_alternates', place);
  findings.demand(!dict.has('OPI'), 'pdfa.image_opi', place);
  findings.demand(file.get(dict.get('Interpolate')) !== true, 'pdfa.image_interpolate', place);
  const depth = file.get(dict.get('BitsPerComponent'));
  findings.demand(depth === null || bits.has(depth), 'pdfa.image_bits', place);
  const intent = file.name(dict.get('Intent'));
  if (intent !== undefined) findings.demand(renderingIntents.has(intent), 'pdfa.rendering_intent', place);
  if (file.get(dict.get('ImageMask')) !== true) noteColourSpace(findings, dict.get('ColorSpace'), where);
  return file.dict(dict.get('SMask')) !== undefined;
}
