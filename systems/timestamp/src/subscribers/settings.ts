import { type TSchema, Type } from 'typebox';

/** Settings of subscribers and of those who stamp without a key. */
export interface SubscriberSettings {
  readonly subscribers: 'on' | 'off';
  readonly anonymous: 'allowed' | 'refused';
  readonly anonymousPerDay: number;
}

/** The settings of {@link SubscriberSettings} for the section `timestamp`. */
export const subscriberSettings: Readonly<Record<keyof SubscriberSettings, TSchema>> = {
  subscribers: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description:
      'Whether subscribers stamp with keys of their own, within quotas that all processes share. It needs the database.',
  }),
  anonymous: Type.Union([Type.Literal('allowed'), Type.Literal('refused')], {
    default: 'allowed',
    description: 'Whether those who show no key may stamp.',
  }),
  anonymousPerDay: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1_000_000_000,
    description:
      'Digests that one network address may have stamped in a day (Bangkok) without a key, whichever process it asks; without a database counted by each process for itself. 0 for no such limit.',
  }),
};
