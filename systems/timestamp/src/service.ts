import { equalBytes, toHex } from '@tra/kernel';
import type { Transaction } from '@tra/platform-storage';
import type { SystemContext } from '@tra/platform-system';
import {
  type AuthorityReply,
  type Batch,
  createAuthority,
  createBatch,
  type Imprint,
  type IssuedToken,
  rejection,
  type StampOrder,
  type TimestampAuthority,
} from '@tra/timestamp';
import { refuseUnwatchedClock } from './clock-guard.ts';
import type { TimestampConfig } from './config.ts';
import { TimestampSystemError } from './errors.ts';
import { createLoaded } from './loaded.ts';
import { type PolicyLine, policyLines } from './policies.ts';
import type { TimestampPorts } from './ports.ts';
import { createRecords, type RecordReport, type Records } from './records.ts';
import { destroyRetiredKeys } from './retired-keys.ts';
import { refuseUnusedUnits, standaloneChain, standaloneUnit } from './standalone/units.ts';
import type { TimestampStore, TimestampTables } from './store.ts';
import { ensureUnit, type Unit } from './unit.ts';

/** What other systems may ask of the time-stamping authority. */
export interface TimestampServices {
  /**
   * A time-stamp token (CMS ContentInfo, DER) over a digest, certificates inside. Its record is on disk before it resolves. Rejects
   * with `timestamp.record_failed`, `timestamp.unit_expired`, `timestamp.time_unavailable` and the codes of engines/timestamp.
   */
  stamp(digest: StampOrder): Promise<Uint8Array>;
  /** Answers a TimeStampReq with a TimeStampResp, both DER; whatever is wrong is said in its PKIStatus. */
  respond(request: Uint8Array): Promise<Uint8Array>;
  /** Time-stamping units, those that sign first, then issuing CA, root CA. */
  chain(): Promise<Uint8Array[]>;
  /** Recomputes the hash chains over all recorded tokens: of the database, and of the files of this node. */
  verifyLog(): Promise<RecordReport>;
  /** What is done every `sealSeconds`: seals new records, replaces units that have signed long enough, raises alarms. */
  maintain(): Promise<void>;
}

/** Services with the work of start-up and shutdown. */
export interface TimestampService extends TimestampServices {
  /** As `respond`, with what the answer says; at once where nothing has to be waited for. Never throws, never rejects. */
  answer(request: Uint8Array): AuthorityReply | Promise<AuthorityReply>;
  /** As `stamp`, with the facts of the token. */
  issue(order: StampOrder): Promise<IssuedToken>;
  /** One token over many digests, each with its proof. */
  issueBatch(imprints: readonly Imprint[], policy?: string): Promise<Batch & { readonly issued: IssuedToken }>;
  /** Finds or makes the units; rejects when they cannot stamp. */
  start(): Promise<void>;
  /** Rejects unless tokens can be issued now. */
  checkReady(): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly units: readonly Unit[];
  readonly authority: TimestampAuthority;
}

interface Parts {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
  readonly ports: TimestampPorts;
}

interface Alarms {
  /** Keys of units for which a process without a database has raised its alarm. */
  readonly alarmed: Set<string>;
}

/** Makes the service; units are found or made when they are first used, at the latest by `start`. */
export function createTimestampService(sources: Parts): TimestampService {
  const parts: Parts & Alarms = { ...sources, alarmed: new Set() };
  const { context, store, ports } = parts;
  const records = createRecords({
    context,
    store,
    folder: ports.recordFolder,
    standalone: ports.standalone !== undefined,
  });
  refuseUnwatchedClock(context, ports);
  refuseUnusedUnits(context, ports);
  const count = outcomeCounter(context);
  let timer: NodeJS.Timeout | undefined;
  const loaded = createLoaded<Running>({
    load: () => load(parts),
    renew: (now) => renew(parts, now),
    ends: isRevocation,
    logger: context.logger,
  });
  const running = loaded.get;
  const issue = async (order: StampOrder): Promise<IssuedToken> => {
    const issued = await (await running()).authority.stamp(order);
    await records.log.append(issued);
    count('granted');
    return issued;
  };
  const answer = answerer({ context, records, count, current: loaded.current, running });
  const maintain = async (): Promise<void> => {
    await records.seal();
    const { units } = await loaded.renew();
    await raiseAlarms(parts, units);
    if (!ports.standalone) await destroyRetiredKeys(parts);
  };
  return {
    issue,
    stamp: async (order) => (await issue(order)).token,
    issueBatch: async (imprints, policy) => {
      const batch = createBatch(imprints);
      return {
        ...batch,
        issued: await issue({ algorithm: 'sha256', value: batch.root, ...(policy ? { policy } : {}) }),
      };
    },
    answer,
    respond: async (request) => (await answer(request)).response,
    chain: async () => {
      const signing = (await running()).units;
      if (ports.standalone) {
        const brought = await standaloneChain(ports.standalone);
        return distinct([...signing.map(({ certificate }) => certificate), ...brought]);
      }
      const all = [...signing, ...(await store.listUnits())];
      return distinct([
        ...all.map(({ certificate }) => certificate),
        ...all.map(({ issuing }) => issuing),
        ...all.map(({ root }) => root),
      ]);
    },
    verifyLog: () => records.verify(),
    maintain,
    start: async () => {
      await records.start();
      await raiseAlarms(parts, (await running()).units);
      timer = setInterval(() => {
        maintain().catch((error: unknown) => context.logger.error({ err: error }, 'time-stamping maintenance failed'));
      }, context.config.sealSeconds * 1000).unref();
    },
    checkReady: async () => {
      const { authority } = await running();
      authority.check();
      if (!timeAvailable(ports)(context.config.accuracySeconds * 1000))
        throw new Error('the time cannot be vouched for');
    },
    stop: async () => {
      clearInterval(timer);
      await records.log.close();
      await records.seal();
    },
  };
}

function isRevocation(error: unknown): boolean {
  return error instanceof TimestampSystemError && error.code === 'timestamp.unit_revoked';
}

function distinct(certificates: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(certificates.map((certificate) => [toHex(certificate), certificate])).values()];
}

interface AnswererParts extends Pick<Parts, 'context'> {
  readonly records: Records;
  readonly count: (outcome: string) => void;
  readonly current: () => Running | undefined;
  readonly running: () => Promise<Running>;
}

/** {@link TimestampService.answer}. It goes through no promise that nothing hangs on: each costs every time-stamp. */
function answerer({ context, records, count, current, running }: AnswererParts): TimestampService['answer'] {
  const failed = (error: unknown): AuthorityReply => {
    context.logger.error({ err: error }, 'time-stamp request failed');
    count('systemFailure');
    return rejection('systemFailure');
  };
  const counted = (reply: AuthorityReply): AuthorityReply => {
    count(reply.failure ?? 'granted');
    return reply;
  };
  const recorded = (reply: AuthorityReply): AuthorityReply | Promise<AuthorityReply> => {
    const written = reply.issued && records.log.append(reply.issued);
    return written ? written.then(() => counted(reply), failed) : counted(reply);
  };
  const answerWith = ({ authority }: Running, request: Uint8Array): AuthorityReply | Promise<AuthorityReply> => {
    const reply = authority.answer(request);
    return reply instanceof Promise ? reply.then(recorded).catch(failed) : recorded(reply);
  };
  return (request) => {
    try {
      const now = current();
      return now
        ? answerWith(now, request)
        : running()
            .then((loaded) => answerWith(loaded, request))
            .catch(failed);
    } catch (error) {
      return failed(error);
    }
  };
}

function outcomeCounter({ metrics }: Parts['context']): (outcome: string) => void {
  const outcomes = metrics.counter({
    name: 'tra_timestamp_responses_total',
    help: 'Time-stamp requests by outcome.',
    labels: ['outcome'],
  });
  const granted = outcomes.of({ outcome: 'granted' });
  return (outcome) => {
    if (outcome === 'granted') granted.inc();
    else outcomes.inc({ outcome });
  };
}

/** Whether the clock is wrong by `accuracyMs` at most. A clock that nobody watches, by configuration, is taken as it is. */
function timeAvailable({ time }: TimestampPorts): (accuracyMs: number) => boolean {
  return (accuracyMs) => {
    if (!time) return true;
    const { state, accuracy = Number.POSITIVE_INFINITY } = time.status();
    return state === 'unsupervised' || ((state === 'in-sync' || state === 'soon-out') && accuracy <= accuracyMs);
  };
}

async function load(parts: Parts): Promise<Running> {
  const { context, ports } = parts;
  const { config, random } = context;
  const lines = policyLines(config);
  const units: Unit[] = [];
  for (const line of lines) units.push(await unitOf(parts, line));
  const authority = createAuthority({
    units: units.map(({ signer, certificate, issuing }, index) => ({
      ...{ signer, certificate, chain: [issuing] },
      policies: lines[index]?.policies ?? [],
    })),
    clock: ports.time ?? context.clock,
    random,
    timeAvailable: timeAvailable(ports),
    selfCheck: config.selfCheck,
  });
  return { units, authority };
}

function unitOf({ context, store, ports }: Parts, line: PolicyLine): Promise<Unit> {
  const { certificates, standalone } = ports;
  return standalone
    ? standaloneUnit({ context, standalone }, line)
    : ensureUnit({ context, store, certificates }, line);
}

/** The same again, unless one of the units was followed by another: an authority that its self check stopped stays stopped. */
async function renew(parts: Parts, now: Running): Promise<Running> {
  const lines = policyLines(parts.context.config);
  const newest = await Promise.all(lines.map((line) => unitOf(parts, line)));
  const same = newest.every(({ certificate }, index) => {
    const before = now.units[index];
    return before !== undefined && equalBytes(certificate, before.certificate);
  });
  return same ? now : load(parts);
}

const day = 86_400_000;

async function raiseAlarms({ context, store, ports, alarmed }: Parts & Alarms, units: readonly Unit[]): Promise<void> {
  const { metrics, clock, config, database, jobs, logger } = context;
  const left = metrics.gauge({
    name: 'tra_timestamp_unit_days_left',
    help: 'Days until the certificate of the signing time-stamping unit expires.',
    labels: ['line'],
  });
  for (const { line, parsed, keyLabel } of units) {
    const days = (parsed.notAfter.getTime() - clock.now().getTime()) / day;
    left.set(days, { line });
    if (days > config.alarmDays) continue;
    const notAfter = parsed.notAfter.toISOString();
    if (ports.standalone) {
      if (!alarmed.has(keyLabel)) logger.warn({ line, notAfter }, 'the certificate expires soon; bring another unit');
      alarmed.add(keyLabel);
      continue;
    }
    await database.transaction(async (trx: Transaction<TimestampTables>) => {
      if (!(await store.markAlarmed(trx, keyLabel, clock.now()))) return;
      logger.warn({ line, notAfter }, 'the time-stamping certificate expires soon');
      await jobs.publish(trx, { type: 'timestamp.unit_expiring', subject: line, data: { line, notAfter } });
    });
  }
}
