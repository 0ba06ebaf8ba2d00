import { appended, type PdfAttack } from './attack.ts';
import { docMdp, formWith, pageWith } from './form-parts.ts';
import { at, changed, formText, type ObjectTexts, sampleObjects, signedSample, signPdf } from './sample-document.ts';
import { countersigned } from './updates.ts';

const fieldMdp = 'ISO 32000-2 12.8.2.4';
const filled: ObjectTexts = {
  [at.amount]: changed(at.amount, '/V (100)', '/V (900)').replace('17 0 R', '70 0 R'),
  70: formText('/Tx BMC q BT /Helv 10 Tf 0 g 2 5 Td (900) Tj ET Q EMC'),
};

/** Attacks on what a certification or a lock does not permit. */
export const lockAttacks: readonly PdfAttack[] = [
  appended({ name: 'a field filled in under P=1', class: 'permissions', clause: docMdp }, filled, {
    sample: { level: 1 },
  }),
  appended({ name: 'a locked field filled in', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { lock: '/Action /Include /Fields [(amount)]' },
  }),
  appended({ name: 'a field filled in while all are locked', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /All' },
  }),
  appended({ name: 'a field filled in that is not left open', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /Exclude /Fields [(agree)]' },
  }),
  appended(
    { name: 'a field below a locked one filled in', class: 'permissions', clause: fieldMdp },
    { [at.street]: changed(at.street, '/T (street)', '/T (street) /V (x)') },
    { sample: { level: 2, lock: '/Action /Include /Fields [(address)]' } },
  ),
  appended(
    { name: 'a value set above a locked field', class: 'permissions', clause: fieldMdp },
    { [at.address]: changed(at.address, '/T (address)', '/T (address) /V (x)') },
    { sample: { level: 2, lock: '/Action /Include /Fields [(address.street)]' } },
  ),
  appended({ name: 'a lock with an unknown action', class: 'permissions', clause: fieldMdp }, filled, {
    sample: { level: 2, lock: '/Action /Some /Fields [(agree)]' },
  }),
  appended(
    { name: 'the certification taken out of the catalog', class: 'permissions', clause: 'ISO 32000-2 12.8.6' },
    { [at.catalog]: sampleObjects[at.catalog] ?? '' },
    { sample: { level: 1 } },
  ),
  appended(
    { name: 'a field made read-only under P=1', class: 'permissions', clause: docMdp },
    { [at.amount]: changed(at.amount, '/FT /Tx', '/FT /Tx /Ff 1') },
    { sample: { level: 1 } },
  ),
  {
    name: 'an empty field signed while all are locked',
    class: 'permissions',
    clause: fieldMdp,
    build: async (sign) => countersigned(await signedSample({ lock: '/Action /All', sign }), sign),
  },
  ...['/Action /All', '/Action /Exclude /Fields [(amount)]'].map(
    (lock): PdfAttack => ({
      name: `a signature in a new field under ${lock}`,
      class: 'permissions',
      clause: fieldMdp,
      build: async (sign) =>
        signPdf(await signedSample({ lock, sign }), {
          field: 100,
          fieldText: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Second) /Rect [0 0 0 0] /F 132 /P 4 0 R /V %V >>',
          object: 101,
          objects: { [at.form]: formWith('100 0 R'), [at.firstPage]: pageWith('100 0 R') },
          ...(sign === undefined ? {} : { sign }),
        }),
    }),
  ),
];
