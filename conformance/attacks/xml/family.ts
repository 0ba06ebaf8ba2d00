import { utf8Decode, utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Shown } from '../attack.ts';
import { handSignature } from '../hand-xml.ts';
import { body, type Documents, envelope, signWhole } from './documents.ts';
import { documentRows } from './markup.ts';
import { wrappingRows } from './wrapping.ts';
import { wholeRows } from './xades.ts';

/** XML signatures: wrapping, documents, XAdES. */
export const xmlFamily: AttackFamily = {
  format: 'XML',
  build: async (stage) => {
    const { victim } = stage;
    const chain = [victim.hierarchy.issuing.certificate];
    const signature = await handSignature(victim, { references: [{ uri: '#p', octets: body }] });
    const second = await handSignature(stage.impostor, { references: [{ uri: '#p', octets: body }], id: 't' });
    const documents: Documents = {
      stage,
      second,
      signature,
      part: envelope(body, signature),
      whole: utf8Decode(await signWhole(victim, chain)),
      stamped: utf8Decode(await signWhole(victim, chain, true)),
    };
    const shown = (text: string): Shown => ({ bytes: utf8Encode(text) });
    const rows = [...wrappingRows, ...documentRows, ...wholeRows];
    return Promise.all(
      rows.map(async ({ clause, forged: make, name, of, reason }): Promise<Attack> => {
        return { name, clause, reason, honest: shown(documents[of]), forged: shown(await make(documents)) };
      }),
    );
  },
};
