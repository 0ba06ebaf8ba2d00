import type { SystemContext } from '@tra/platform-system';
import { createAuthority, type ImprintAlgorithm, rejection, type TimestampAuthority } from '@tra/timestamp';
import type { TimestampConfig } from './config.ts';
import type { Certificates } from './ports.ts';
import type { TimestampStore } from './store.ts';
import { createTokenLog, type TokenLogReport, verifyTokenLog } from './token-log.ts';
import { ensureUnit, type Unit } from './unit.ts';

/** What other systems may ask of the time-stamping authority. */
export interface TimestampServices {
  /**
   * A time-stamp token (CMS ContentInfo, DER) over a digest, certificates inside. Its record is on disk before it resolves. Rejects
   * with `timestamp.record_failed`, `timestamp.unit_expired` and the codes of engines/timestamp.
   */
  stamp(digest: { algorithm: ImprintAlgorithm; value: Uint8Array }): Promise<Uint8Array>;
  /** Answers a TimeStampReq with a TimeStampResp, both DER; whatever is wrong is said in its PKIStatus. */
  respond(request: Uint8Array): Promise<Uint8Array>;
  /** Time-stamping unit, issuing CA, root CA. */
  chain(): Promise<Uint8Array[]>;
  /** Recomputes the hash chains over all recorded tokens. */
  verifyLog(): Promise<TokenLogReport>;
}

/** Services with the work of start-up. */
export interface TimestampService extends TimestampServices {
  /** Finds or makes the unit; rejects when it cannot stamp. */
  start(): Promise<void>;
  /** Rejects unless tokens can be issued now. */
  checkReady(): Promise<void>;
}

interface Running {
  readonly unit: Unit;
  readonly authority: TimestampAuthority;
}

/** Makes the service; the unit is found or made when it is first used, at the latest by `start`. */
export function createTimestampService(
  context: SystemContext<TimestampConfig>,
  store: TimestampStore,
  certificates: Certificates,
): TimestampService {
  const log = createTokenLog(store, context.random);
  const outcomes = context.metrics.counter({
    name: 'tra_timestamp_responses_total',
    help: 'Time-stamp requests by outcome.',
    labels: ['outcome'],
  });
  let loading: Promise<Running> | undefined;
  const running = (): Promise<Running> => {
    loading ??= load(context, store, certificates).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    start: async () => {
      await running();
    },
    checkReady: async () => {
      const { unit } = await running();
      if (context.clock.now() > unit.notAfter) throw new Error('the time-stamping certificate has expired');
    },
    stamp: async (digest) => {
      const { authority } = await running();
      const issued = await authority.stamp(digest);
      await log.append(issued);
      outcomes.inc({ outcome: 'granted' });
      return issued.token;
    },
    respond: async (request) => {
      try {
        const reply = await (await running()).authority.respond(request);
        if (reply.issued) await log.append(reply.issued);
        outcomes.inc({ outcome: reply.failure ?? 'granted' });
        return reply.response;
      } catch (error) {
        context.logger.error({ err: error }, 'time-stamp request failed');
        outcomes.inc({ outcome: 'systemFailure' });
        return rejection('systemFailure').response;
      }
    },
    chain: async () => {
      const { unit } = await running();
      return [unit.certificate, unit.issuing, unit.root];
    },
    verifyLog: () => verifyTokenLog(store),
  };
}

async function load(
  context: SystemContext<TimestampConfig>,
  store: TimestampStore,
  certificates: Certificates,
): Promise<Running> {
  const { config, clock, random } = context;
  const unit = await ensureUnit(context, store, certificates);
  const authority = createAuthority({
    units: [
      {
        signer: unit.signer,
        certificate: unit.certificate,
        chain: [unit.issuing],
        policies: [{ oid: config.policy, accuracy: { seconds: config.accuracySeconds } }],
      },
    ],
    clock,
    random,
  });
  return { unit, authority };
}
