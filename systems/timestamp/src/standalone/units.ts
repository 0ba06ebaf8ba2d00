import { toHex } from '@tra/kernel';
import { type Certificate, isSignedByKey, PURPOSE, parseCertificate } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from '../config.ts';
import { TimestampSystemError } from '../errors.ts';
import type { PolicyLine } from '../policies.ts';
import type { StandaloneUnits, TimestampPorts } from '../ports.ts';
import type { Unit } from '../unit.ts';

/** What units of a process without a database come from. */
export interface StandaloneSources {
  readonly context: Pick<SystemContext<TimestampConfig>, 'keys' | 'clock'>;
  readonly standalone: StandaloneUnits;
}

const purpose = 'time-stamping';

/** Units are made here, or brought: not both. Throws `timestamp.config_invalid`. */
export function refuseUnusedUnits(
  { config }: Pick<SystemContext<TimestampConfig>, 'config'>,
  { standalone }: Pick<TimestampPorts, 'standalone'>,
): void {
  if (standalone || config.unitCertificates === '') return;
  const params = { key: 'unitCertificates', reason: 'TRA_STORAGE=database' };
  throw new TimestampSystemError('timestamp.config_invalid', { params });
}

/**
 * The unit of `line` that is to sign now: of the certificates that were brought here, the newest that is valid, whose chain up to a root was brought as
 * well, and whose key is in the key store. Rejects with `timestamp.unit_missing` when there is none.
 */
export async function standaloneUnit({ context, standalone }: StandaloneSources, line: PolicyLine): Promise<Unit> {
  const now = context.clock.now();
  const all = (await standalone.certificates()).map(parseCertificate);
  const valid = all.filter((one) => isUnit(one) && one.notBefore <= now && now < one.notAfter);
  const newestFirst = valid.sort((left, right) => right.notBefore.getTime() - left.notBefore.getTime());
  for (const [place, parsed] of newestFirst.entries()) {
    const chain = chainOf(parsed, all);
    const [issuing, root] = [chain.at(0), chain.at(-1)];
    const found = issuing && root?.isSelfIssued ? await keyOf(context.keys, parsed, line) : undefined;
    if (!issuing || !root || !found) continue;
    const generation = newestFirst.length - place;
    const certificates = { certificate: parsed.der, issuing: issuing.der, root: root.der };
    return { ...certificates, parsed, line: line.line, generation, keyLabel: found.label, signer: found.signer };
  }
  throw new TimestampSystemError('timestamp.unit_missing', { params: { algorithm: line.algorithm } });
}

/** The certificates that were brought here: units first, then authorities, the nearest to the units first. */
export async function standaloneChain(standalone: StandaloneUnits): Promise<Uint8Array[]> {
  const all = (await standalone.certificates()).map(parseCertificate);
  const units = all.filter(isUnit);
  const above = units.flatMap((unit) => chainOf(unit, all));
  return [...new Set([...units, ...above])].map(({ der }) => der);
}

function isUnit({ isCa, extendedKeyUsage }: Certificate): boolean {
  return !isCa && extendedKeyUsage?.includes(PURPOSE.timeStamping) === true;
}

/** The authorities above `certificate` among `all`, the nearest first. */
function chainOf(certificate: Certificate, all: readonly Certificate[]): readonly Certificate[] {
  const chain: Certificate[] = [];
  let below = certificate;
  while (!below.isSelfIssued && chain.length < all.length) {
    const issuer = all.find(
      (one) => one.isCa && one.subject.key === below.issuer.key && isSignedByKey(below, one.publicKey),
    );
    if (!issuer) break;
    chain.push(issuer);
    below = issuer;
  }
  return chain;
}

async function keyOf(
  keys: StandaloneSources['context']['keys'],
  { publicKey }: Certificate,
  { algorithm }: PolicyLine,
) {
  const wanted = toHex(publicKey);
  for (const key of await keys.list()) {
    if (key.purpose !== purpose || key.algorithm !== algorithm) continue;
    const signer = await keys.get(key.label, purpose);
    if (toHex(signer.publicKey) === wanted) return { label: key.label, signer };
  }
  return undefined;
}
