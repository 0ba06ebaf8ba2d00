import type { SupervisedClock } from '@tra/platform-clock';
import type { Authenticator, RouteApp } from '@tra/platform-http';
import type { KeyPurpose } from '@tra/platform-keys';
import type { HeadMemory } from '@tra/platform-log';
import type { System, SystemContext, SystemInstance } from '@tra/platform-system';
import { enrolment } from '@tra/system-enrolment';
import { identity } from '@tra/system-identity';
import { licensing } from '@tra/system-licensing';
import { log } from '@tra/system-log';
import { type PlatformFacts, pki } from '@tra/system-pki';
import { signing } from '@tra/system-signing';
import { type ClockFacts, timestamp } from '@tra/system-timestamp';
import { type NationalService, trustList } from '@tra/system-trust-list';
import { registeredStructures, validation } from '@tra/system-validation';
import { licenceStructures } from './licence-structures.ts';

/** A licence without an end counts as RFC 5280 section 4.1.2.5 counts certificates without one. */
const withoutEnd = '9999-12-31';

type LicenceSource = Awaited<ReturnType<typeof licensing.create>>['services'];
type LicencePort = Parameters<typeof validation.create>[1]['licences'];

/** What validation asks of licensing, in validation's words. */
function licencesFor(source: LicenceSource): LicencePort {
  return {
    async findByDocument(sha256, xml) {
      const found = await source.findByDocument(sha256, xml);
      return found && { ...found, validTo: found.validTo ?? withoutEnd };
    },
  };
}

type PkiSource = Awaited<ReturnType<typeof pki.create>>['services'];
type AuthorityPort = Parameters<typeof enrolment.create>[1]['certificates'];

/** What enrolment asks of the certification authority, in enrolment's words. */
function enrolmentAuthority(source: PkiSource): AuthorityPort {
  return {
    issueFromRequest: (order) => source.enrolment.issueFromRequest(order),
    revokeEnrolled: ({ serialHex, reason, authority, actor }) => source.revoke(serialHex, reason, { authority, actor }),
    statusOf: async (key) => {
      const { status } = await source.statusOf(key);
      return { status };
    },
    caCertificates: async () => [await source.issuingCertificate(), await source.rootCertificate()],
  };
}

type TimestampSource = Awaited<ReturnType<typeof timestamp.create>>['services'];

const platformProvider = { th: 'แพลตฟอร์มธุรกรรมทางอิเล็กทรอนิกส์แห่งชาติ', en: 'National electronic transactions platform' };

/** The services of this platform in the words of the trusted list. */
async function nationalServices(source: PkiSource, stamps: TimestampSource): Promise<readonly NationalService[]> {
  const authorities = await source.publications();
  const services: NationalService[] = [];
  for (const { id, kind, state, operator, certificate, subject } of authorities) {
    const provider = operator === undefined ? platformProvider : { th: operator, en: operator };
    const active = state === 'active';
    const name = /CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1] ?? id;
    const what = kind === 'root' ? 'national-root' : 'certification';
    services.push({ id: `pki:${id}`, kind: what, name: { th: name, en: name }, provider, certificate, active });
    if (kind !== 'issuing') continue;
    const status = { th: `สถานะใบรับรองของ ${name}`, en: `Certificate status of ${name}` };
    services.push({ id: `ocsp:${id}`, kind: 'certificate-status', name: status, provider, certificate, active });
  }
  const [unit] = await stamps.chain();
  const name = { th: 'บริการประทับรับรองเวลา', en: 'Time-stamping service' };
  if (unit)
    services.push({
      id: 'timestamp',
      kind: 'time-stamping',
      name,
      provider: platformProvider,
      certificate: unit,
      active: true,
    });
  return services;
}

/** Makes the context of a system from its name and configuration. */
export interface ContextSource {
  /** Where this node remembers the last head of the public log that it signed. */
  readonly headMemory: HeadMemory;
  /** The clock under supervision. */
  readonly time: SupervisedClock;
  /** How the clock is supervised. */
  readonly clockFacts: ClockFacts;
  /** Folder of this node for records of issued time-stamps. */
  readonly recordFolder: string;
  /** Purposes whose keys are in a token, and those whose keys are kept away from this server. */
  readonly keyPlaces: { readonly token: readonly KeyPurpose[]; readonly absent: readonly KeyPurpose[] };
  contextOf<C, P, S>(system: System<C, P, S>): SystemContext<C>;
}

/**
 * What the policy documents of the certification authorities say of the other systems: by configuration, not by what this process serves,
 * so that processes with different systems agree on the text.
 */
function platformFacts(source: ContextSource): PlatformFacts {
  const { acme, acmeAuthorizationHours, acmeOrderHours, caa, allowedNames, est } = source.contextOf(enrolment).config;
  return {
    keys: source.keyPlaces,
    ...{ acme, acmeAuthorizationHours, acmeOrderHours, allowedNames },
    caa: acme !== 'off' && caa,
    est: est === 'on',
    trustedListDays: source.contextOf(trustList).config.nextUpdateDays,
  };
}

/** Systems that run together, and what other parts of the server need of them. */
export interface Composition {
  readonly authenticator: Authenticator;
  /** Creates accounts; for the command line. */
  readonly accounts: Awaited<ReturnType<typeof identity.create>>['services']['accounts'];
  /** Mounts the routes of the systems that are served. */
  routes(app: RouteApp): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Creates the chosen systems together with those they need, and hands each the ports it states. A system that was not
 * chosen but is needed runs without routes.
 */
export async function composeSystems(source: ContextSource, chosen: ReadonlySet<string>): Promise<Composition> {
  const running: { readonly name: string; readonly instance: SystemInstance<unknown> }[] = [];
  const create = async <C, P, S>(system: System<C, P, S>, ports: P): Promise<S> => {
    const instance = await system.create(source.contextOf(system), ports);
    running.push({ name: system.name, instance });
    return instance.services;
  };
  const wants = (...names: readonly string[]): boolean => names.some((name) => chosen.has(name));

  // First in, last out: what the others log while they stop still finds its place.
  await create(log, { memory: source.headMemory });
  const identityServices = await create(identity, {});
  const pkiServices = await create(pki, {
    accounts: identityServices.accounts,
    platform: () => platformFacts(source),
  });
  if (wants('enrolment')) await create(enrolment, { certificates: enrolmentAuthority(pkiServices) });
  const timestampServices = await create(timestamp, {
    certificates: pkiServices,
    time: source.time,
    recordFolder: source.recordFolder,
    practice: { clock: source.clockFacts, keysInToken: source.keyPlaces.token.includes('time-stamping') },
  });
  const listServices = wants('trust-list', 'validation')
    ? await create(trustList, {
        services: () => nationalServices(pkiServices, timestampServices),
        issue: (request) => pkiServices.issue(request),
      })
    : undefined;
  const trust = {
    trustAnchors: async () =>
      listServices ? [...(await listServices.trustAnchors()), ...(await listServices.foreignAnchors())] : [],
    currentCrls: () => pkiServices.currentCrls(),
    trustLists: async () => (await listServices?.snapshots()) ?? [],
  };
  const schemas = registeredStructures(licenceStructures());
  if (wants('signing', 'licensing', 'validation')) {
    const signer = await create(signing, {
      certificates: pkiServices,
      timestamper: timestampServices,
      revocation: pkiServices,
    });
    if (wants('licensing')) {
      const licences = await create(licensing, { signer, accounts: identityServices.accounts });
      if (wants('validation')) await create(validation, { trust, schemas, signer, licences: licencesFor(licences) });
    } else if (wants('validation')) {
      await create(validation, { trust, schemas, signer, licences: { findByDocument: async () => undefined } });
    }
  }
  return {
    authenticator: identityServices.authenticator,
    accounts: identityServices.accounts,
    async routes(app) {
      for (const { name, instance } of running) if (chosen.has(name)) await instance.routes?.(app);
    },
    async start() {
      for (const { name, instance } of running) {
        try {
          await instance.start?.();
        } catch (error) {
          // An offline root has not signed the issuing CA yet: what needs a certificate starts when there are any, /readyz says so till then.
          if ((error as { code?: unknown } | null)?.code !== 'pki.authority_awaiting' || name === 'pki') throw error;
          pkiServices.onceReady(async () => instance.start?.());
        }
      }
    },
    async stop() {
      for (const { instance } of running.toReversed()) await instance.stop?.();
    },
  };
}
