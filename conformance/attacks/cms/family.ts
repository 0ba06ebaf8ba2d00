import type { AttackFamily } from '../attack.ts';
import { attributeRows } from './attributes.ts';
import { contentRows } from './content.ts';
import { attacksOf, cms } from './signature.ts';
import { structureRows } from './structure.ts';

/** CMS and CAdES: content, attributes, structure. */
export const cmsFamily: AttackFamily = {
  format: 'CMS',
  build: (stage) => attacksOf([...contentRows, ...attributeRows, ...structureRows], stage, cms(stage)),
};
