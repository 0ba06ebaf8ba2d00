import { asicFamily } from './asic.ts';
import type { AttackFamily } from './attack.ts';
import { certificateFamily, polyglotFamily } from './certificates.ts';
import { cmsFamily } from './cms.ts';
import { cmsValueFamily } from './cms-values.ts';
import { jwsFamily } from './jws.ts';
import { pdfFamily } from './pdf.ts';
import { recordFamily } from './records.ts';
import { timestampFamily } from './timestamps.ts';
import { xmlFamily } from './xml.ts';
import { xmlReferenceFamily } from './xml-references.ts';

/** Every family of attacks. */
export const families: readonly AttackFamily[] = [
  pdfFamily,
  xmlFamily,
  xmlReferenceFamily,
  cmsFamily,
  cmsValueFamily,
  jwsFamily,
  asicFamily,
  timestampFamily,
  recordFamily,
  certificateFamily,
  polyglotFamily,
];
