import { utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Shown } from '../attack.ts';
import { handSignature } from '../hand-xml.ts';
import { zip } from '../zip.ts';
import { cades, file, type Honest, invoice, MANIFEST, manifest, mimetype, SIGNATURE } from './container.ts';
import { contentRows } from './manifest.ts';
import { containerRows } from './zip-file.ts';

/** ASiC containers: the ZIP file, the manifest, what is in it. */
export const asicFamily: AttackFamily = {
  format: 'ASiC',
  build: async (stage) => {
    const list = manifest([{ uri: 'invoice.xml', bytes: invoice }]);
    const signature = cades(stage, list);
    const octets = new TextDecoder().decode(invoice);
    const xades = await handSignature(stage.victim, { references: [{ uri: 'invoice.xml', octets, transforms: '' }] });
    const data = file('invoice.xml', invoice);
    const honest: Honest = {
      list,
      signature,
      members: [mimetype('e'), data, file(MANIFEST, list), file(SIGNATURE, signature)],
      simple: [mimetype('s'), data, file('META-INF/signature.p7s', cades(stage, invoice))],
      xades: [
        mimetype('e'),
        data,
        file('META-INF/signatures.xml', utf8Encode(`<XAdESSignatures>${xades}</XAdESSignatures>`)),
      ],
    };
    const shown = (bytes: Uint8Array): Shown => ({ bytes });
    return Promise.all(
      [...containerRows, ...contentRows].map(
        async ({ clause, forged, name, of = 'members', reason }): Promise<Attack> => ({
          name,
          clause,
          reason,
          honest: shown(zip(honest[of])),
          forged: shown(await forged(honest, stage)),
        }),
      ),
    );
  },
};
