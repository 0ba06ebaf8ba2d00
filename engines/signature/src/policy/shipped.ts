/** A policy that comes with the product. */
export interface ShippedPolicy {
  /** Key by which it is chosen, the name of its file. */
  readonly key: 'thailand' | 'eu' | 'lenient';
  readonly url: URL;
}

const file = (key: ShippedPolicy['key']): ShippedPolicy => ({
  key,
  url: new URL(`../../policies/${key}.json`, import.meta.url),
});

/** The policies that come with the product, the default one first. They are data for {@link readProcessPolicy}. */
export const shippedPolicies: readonly ShippedPolicy[] = [file('thailand'), file('eu'), file('lenient')];
