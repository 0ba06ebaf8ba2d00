/** Second-level labels under which country registries register for everybody. */
const secondLevel: ReadonlySet<string> = new Set(
  'ac asn biz co com edu firm gen go gob gouv gov gv id in ind info k12 ltd me mi mil mod ne net nhs nic nom org or plc police pro res sch web'.split(
    ' ',
  ),
);

/**
 * Whether a registry registers names below `name` for everybody: a top-level domain, or a second level such as `co.th` below a
 * country. A rule of thumb that errs on the side of no; hand in a full list as `isPublicSuffix` where it matters. Services that
 * give away names below their own are none: CABF BR 3.2.2.6 looks at registries only, and their owners do hold wildcards.
 */
export function isRegistrySuffix(name: string): boolean {
  const labels = name.split('.');
  const [second = '', top = ''] = labels;
  return labels.length === 1 || (labels.length === 2 && /^[a-z]{2}$/.test(top) && secondLevel.has(second));
}
