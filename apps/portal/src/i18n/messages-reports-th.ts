import type { Texts } from './texts.ts';

const reports = import.meta.glob<Texts>('@system-messages/validation/messages/th.json', {
  eager: true,
  import: 'default',
});

/** Words for every code of a validation report: many, and needed only once there is one. */
export const texts: Texts = Object.assign({}, ...Object.values(reports));
