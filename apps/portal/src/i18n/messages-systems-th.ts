import type { Texts } from './texts.ts';

const systems = import.meta.glob<Texts>(
  ['@system-messages/*/messages/th.json', '!@system-messages/validation/messages/th.json'],
  { eager: true, import: 'default' },
);
const screens = import.meta.glob<Texts>('../../messages/*.th.json', { eager: true, import: 'default' });

/** Texts of the systems and of their screens, fetched before the first page that belongs to a system. */
export const texts: Texts = Object.assign({}, ...Object.values(systems), ...Object.values(screens));
