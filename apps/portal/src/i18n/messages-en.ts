import type { Texts } from './texts.ts';

const systems = import.meta.glob<Texts>('@system-messages/*/messages/en.json', { eager: true, import: 'default' });
const portal = import.meta.glob<Texts>('../../messages/*en.json', { eager: true, import: 'default' });

/** Texts of the portal and of every system, in one chunk. */
export const texts: Texts = Object.assign({}, ...Object.values(systems), ...Object.values(portal));
