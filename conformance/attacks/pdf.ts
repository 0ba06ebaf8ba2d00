import { createSignedData } from '@tra/cms';
import { concatBytes } from '@tra/kernel';
import { type PdfAttack, pdfAttacks, type SignParts, signedSample } from '@tra/pdf/testing';
import type { Attack, AttackFamily, Stage } from './attack.ts';
import { stampOver } from './bytes.ts';
import { pdfReasons } from './pdf-reasons.ts';

/** Signs the parts of a PDF as the victim, and stamps where the dictionary asks for a time-stamp. */
export const signsAs =
  ({ document, hierarchy, ...signing }: Stage['victim']): SignParts =>
  async (parts, subFilter) => {
    if (subFilter === 'ETSI.RFC3161') return stampOver({ document, hierarchy, ...signing }, concatBytes(...parts));
    const { certificate, signer } = document;
    const certificates = [hierarchy.issuing.certificate];
    return (await createSignedData({ content: parts, detached: true, signer, certificate, certificates })).toDer();
  };

const nameOf = ({ class: group, name }: PdfAttack): string => `${group}: ${name}`;

/** The published classes of attacks on signed PDF files. */
export const pdfFamily: AttackFamily = {
  format: 'PDF',
  build: async (stage) => {
    const sign = signsAs(stage.victim);
    const honest = { bytes: await signedSample({ sign }) };
    return Promise.all(
      pdfAttacks.map(async (attack): Promise<Attack> => {
        const name = nameOf(attack);
        // An attack that is newer than the table: it must be refused as a change at least.
        const reason = pdfReasons[name] ?? 'signature.extended_after_signing';
        return { name, clause: attack.clause, reason, honest, forged: { bytes: await attack.build(sign) } };
      }),
    );
  },
};
