import type { PdfAttack } from './attack.ts';
import { annotationAttacks } from './attacks-by-annotation.ts';
import { signatureAttacks } from './attacks-by-signature.ts';
import { byteAttacks } from './attacks-on-bytes.ts';
import { contentAttacks } from './attacks-on-content.ts';
import { fieldAttacks } from './attacks-on-fields.ts';
import { lockAttacks } from './attacks-on-locks.ts';

/** Attacks on signed PDF files: none of them may be accepted. */
export const pdfAttacks: readonly PdfAttack[] = [
  ...byteAttacks,
  ...contentAttacks,
  ...annotationAttacks,
  ...signatureAttacks,
  ...lockAttacks,
  ...fieldAttacks,
];
