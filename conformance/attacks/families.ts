import { asicFamily } from './asic/family.ts';
import type { AttackFamily } from './attack.ts';
import { certificateFamily, polyglotFamily } from './certificates.ts';
import { cmsFamily } from './cms/family.ts';
import { cmsValueFamily } from './cms/values.ts';
import { jwsFamily } from './jws/family.ts';
import { pdfFamily } from './pdf.ts';
import { recordFamily } from './records.ts';
import { timestampFamily } from './timestamps.ts';
import { xmlFamily } from './xml/family.ts';
import { xmlReferenceFamily } from './xml-references/family.ts';

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
