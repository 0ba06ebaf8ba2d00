import { utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Shown } from '../attack.ts';
import { algorithmRows } from './algorithms.ts';
import { contentRows } from './content.ts';
import { detachedRows } from './detached.ts';
import { headerRows } from './headers.ts';
import { keyRows } from './keys.ts';
import { signed } from './signature.ts';

/** JWS and JAdES. */
export const jwsFamily: AttackFamily = {
  format: 'JWS',
  build: (stage) => {
    const shown = (made: string | Shown): Shown => (typeof made === 'string' ? { bytes: utf8Encode(made) } : made);
    return Promise.all(
      [...algorithmRows, ...keyRows, ...headerRows, ...contentRows, ...detachedRows].map(
        async ({ clause, forged, honest = signed({}), name, reason }): Promise<Attack> => ({
          name,
          clause,
          reason,
          honest: shown(await honest(stage)),
          forged: shown(await forged(stage)),
        }),
      ),
    );
  },
};
