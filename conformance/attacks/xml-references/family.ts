import { utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily } from '../attack.ts';
import { handSignature } from '../hand-xml.ts';
import { body, envelope } from '../xml/documents.ts';
import { methodRows } from './methods.ts';
import { referenceRows } from './references.ts';
import { usual } from './signature.ts';
import { transformRows } from './transforms.ts';

/** XML signatures: references, transforms, methods, keys. */
export const xmlReferenceFamily: AttackFamily = {
  format: 'XML references',
  build: async (stage) => {
    const { victim } = stage;
    const honest = { bytes: utf8Encode(envelope(body, await handSignature(victim, { references: [usual] }))) };
    return Promise.all(
      [...transformRows, ...referenceRows, ...methodRows].map(
        async ({ clause, content = body, name, reason, signature }): Promise<Attack> => {
          const made = await handSignature(victim, signature(stage));
          return { name, clause, reason, honest, forged: { bytes: utf8Encode(envelope(content, made)) } };
        },
      ),
    );
  },
};
