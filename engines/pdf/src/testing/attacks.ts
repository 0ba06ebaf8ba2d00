import type { PdfAttack } from './attack.ts';
import { byteAttacks } from './attacks-on-bytes.ts';
import { contentAttacks } from './attacks-on-content.ts';
import { formAttacks } from './attacks-on-forms.ts';

/** Attacks on signed PDF files: none of them may be accepted. */
export const pdfAttacks: readonly PdfAttack[] = [...byteAttacks, ...contentAttacks, ...formAttacks];
