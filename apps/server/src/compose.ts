import type { SupervisedClock } from '@tra/platform-clock';
import type { Authenticator, RouteApp } from '@tra/platform-http';
import type { KeyPurpose } from '@tra/platform-keys';
import type { HeadMemory } from '@tra/platform-log';
import type { System, SystemContext, SystemInstance, SystemManifest } from '@tra/platform-system';
import { manifest as enrolmentManifest } from '@tra/system-enrolment/manifest';
import type { identity } from '@tra/system-identity';
import type { PlatformFacts } from '@tra/system-pki';
import type { ClockFacts } from '@tra/system-timestamp';
import { manifest as trustListManifest } from '@tra/system-trust-list/manifest';
import { neededSystems, systemCode } from './code.ts';
import { licenceStructures } from './licence-structures.ts';
import { enrolmentAuthority, licencesFor, nationalServices, trustOf, unitAuthority } from './ports.ts';

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
  contextOf<C>(system: SystemManifest<C>): SystemContext<C>;
}

/**
 * What the policy documents of the certification authorities say of the other systems: by configuration, not by what this process serves,
 * so that processes with different systems agree on the text.
 */
function platformFacts(source: ContextSource): PlatformFacts {
  const { acme, acmeAuthorizationHours, acmeOrderHours, caa, allowedNames, est } =
    source.contextOf(enrolmentManifest).config;
  return {
    keys: source.keyPlaces,
    ...{ acme, acmeAuthorizationHours, acmeOrderHours, allowedNames },
    caa: acme !== 'off' && caa,
    est: est === 'on',
    trustedListDays: source.contextOf(trustListManifest).config.nextUpdateDays,
  };
}

/** Systems that run together, and what other parts of the server need of them. */
export interface Composition {
  /** Who asks; nobody can sign in without one. */
  readonly authenticator: Authenticator | undefined;
  /** Creates accounts; for the command line. */
  readonly accounts: Awaited<ReturnType<typeof identity.create>>['services']['accounts'];
  /** Mounts the routes of the systems that are served. */
  routes(app: RouteApp): Promise<void>;
  /** Starts the systems that are served; nothing should be asked of them before. */
  start(): Promise<void>;
  /** Starts the systems that only stand behind the others: these ask them for what they need before that. */
  startOthers(): Promise<void>;
  stop(): Promise<void>;
}

interface RunningSystem {
  readonly name: string;
  readonly instance: SystemInstance<unknown>;
}

type Create = <C, P, S>(system: System<C, P, S>, ports: P) => Promise<S>;

/**
 * Creates the chosen systems together with those they need, and hands each the ports it states. A system that was not
 * chosen but is needed runs without routes.
 */
export async function composeSystems(source: ContextSource, chosen: ReadonlySet<string>): Promise<Composition> {
  const running: RunningSystem[] = [];
  const create: Create = async (system, ports) => {
    const context = source.contextOf(system);
    const instance = await system.create(context, ports);
    if (chosen.has(system.name)) context.health.serve(system.name, instance.needs ?? ['database', 'keys']);
    running.push({ name: system.name, instance });
    return instance.services;
  };
  const core = await createCore(source, create);
  await createOthers(core, { create, needed: neededSystems(chosen) });
  const start = async (systems: readonly RunningSystem[]): Promise<void> => {
    for (const { name, instance } of systems) {
      try {
        await instance.start?.();
      } catch (error) {
        // An offline root has not signed the issuing CA yet: what needs a certificate starts when there are any, /readyz says so till then.
        if ((error as { code?: unknown } | null)?.code !== 'pki.authority_awaiting' || name === 'pki') throw error;
        core.pki.onceReady(async () => instance.start?.());
      }
    }
  };
  return {
    authenticator: core.identity.authenticator,
    accounts: core.identity.accounts,
    async routes(app) {
      for (const { name, instance } of running) if (chosen.has(name)) await instance.routes?.(app);
    },
    start: () => start(running.filter(({ name }) => chosen.has(name))),
    startOthers: () => start(running.filter(({ name }) => !chosen.has(name))),
    async stop() {
      for (const { instance } of running.toReversed()) await instance.stop?.();
    },
  };
}

/** What every composition has: who asks, who certifies, who says when. */
async function createCore(source: ContextSource, create: Create) {
  // First in, last out: what the others log while they stop still finds its place.
  await create(await systemCode.log(), { memory: source.headMemory });
  const identity = await create(await systemCode.identity(), {});
  const pki = await create(await systemCode.pki(), {
    accounts: identity.accounts,
    platform: () => platformFacts(source),
  });
  const timestamp = await create(await systemCode.timestamp(), {
    certificates: unitAuthority(pki),
    time: source.time,
    recordFolder: source.recordFolder,
    practice: { clock: source.clockFacts, keysInToken: source.keyPlaces.token.includes('time-stamping') },
  });
  return { identity, pki, timestamp };
}

type Core = Awaited<ReturnType<typeof createCore>>;

interface Wanted {
  readonly create: Create;
  readonly needed: ReturnType<typeof neededSystems>;
}

async function createOthers(core: Core, { create, needed }: Wanted): Promise<void> {
  const { identity, pki, timestamp } = core;
  if (needed.has('enrolment')) await create(await systemCode.enrolment(), { certificates: enrolmentAuthority(pki) });
  const lists = needed.has('trustList')
    ? await create(await systemCode.trustList(), {
        services: () => nationalServices(pki, timestamp),
        issue: (request) => pki.issue(request),
      })
    : undefined;
  if (!needed.has('signing')) return;
  const signer = await create(await systemCode.signing(), {
    certificates: pki,
    timestamper: timestamp,
    revocation: pki,
  });
  const licences = needed.has('licensing')
    ? await create(await systemCode.licensing(), { signer, accounts: identity.accounts })
    : undefined;
  if (!needed.has('validation') || !lists) return;
  const { registeredStructures } = await import('@tra/system-validation');
  await create(await systemCode.validation(), {
    trust: trustOf(pki, lists),
    schemas: registeredStructures(licenceStructures()),
    signer,
    licences: licences ? licencesFor(licences) : { findByDocument: async () => undefined },
  });
}
