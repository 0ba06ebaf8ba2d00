import type { Clock } from '@tra/kernel';
import { type Agreement, agreementOf } from './agreement.ts';
import { ClockError } from './errors.ts';
import { leapPassage } from './leap-second.ts';
import { type MachineTime, machineTime } from './machine-time.ts';
import type { Sample, TimeSource } from './sample.ts';

/**
 * How far the clock can be trusted. `unsupervised`: no sources were configured, nobody watches it. `in-sync` and `soon-out`: within the
 * limit, comfortably or not. `out`: beyond it. `unknown`: too few sources agree, the last agreement is too old, or the clock jumped since.
 */
export type ClockState = 'unsupervised' | 'in-sync' | 'soon-out' | 'out' | 'unknown';

/** Why a clock is not `in-sync`. */
export type ClockReason =
  | 'no_sources'
  | 'not_asked_yet'
  | 'too_few_answers'
  | 'sources_disagree'
  | 'stale'
  | 'jumped'
  | 'leap_second'
  | 'inaccurate'
  | 'ageing';

/** The clock at one moment. Times are milliseconds. */
export interface ClockStatus {
  readonly state: ClockState;
  readonly reason?: ClockReason;
  /** True time minus this clock lies between these, growing with the age of the agreement; absent when nobody knows. */
  readonly offset?: { readonly low: number; readonly high: number };
  /** The clock is wrong by this much at most. */
  readonly accuracy?: number;
  /** Since the sources last agreed. */
  readonly age?: number;
  readonly agreeing: number;
  readonly asked: number;
  /** The leap second that most agreeing sources announce for the end of the UTC day. */
  readonly leap: Sample['leap'] | 'unknown';
}

/** Limits of a supervised clock, milliseconds. */
export interface ClockLimits {
  /** Sources that have to agree. */
  readonly agree: number;
  /** Beyond it the clock is `out`. */
  readonly accuracyMs: number;
  readonly pollMs: number;
  /** An agreement older than this is worth nothing. */
  readonly staleMs: number;
  /** The wall clock moved against the steady one by more than this: it was set, or the machine slept. */
  readonly jumpMs: number;
}

/** Input of {@link superviseClock}. */
export interface SupervisionOptions {
  /** None: the clock is `unsupervised`. */
  readonly sources: readonly TimeSource[];
  readonly limits: ClockLimits;
  readonly time?: MachineTime;
  /** Told of every refused or silent source, and of every change of state; for logs and metrics. */
  readonly heard?: (event: ClockEvent) => void;
}

/** What happened to a supervised clock. */
export type ClockEvent =
  | { readonly kind: 'state'; readonly status: ClockStatus }
  | { readonly kind: 'source'; readonly source: string; readonly offset?: number; readonly code?: string }
  | { readonly kind: 'jump'; readonly by: number };

/** A clock that knows how far it can be trusted. `now` is this machine's time as it is; ask `status` before you vouch for it. */
export interface SupervisedClock extends Clock {
  status(): ClockStatus;
  /** Asks all sources once, without waiting for the next turn. Never rejects. */
  poll(): Promise<ClockStatus>;
  /** Rejects unless the clock may be vouched for (`in-sync`, `soon-out`, or `unsupervised` by configuration). */
  check(): Promise<void>;
  /** Asks now and then every turn until `stop`. */
  start(): Promise<void>;
  stop(): void;
}

/** Crystals drift by less than this, in parts, while nobody corrects them. */
const drift = 100e-6;
/** A source that asks to be asked less is left out for this many turns, one that refuses service until the process ends. */
const slowDownTurns = 4;
/** Pause between two turns while nothing is agreed, the shortest that RFC 5905 section 7.2 allows. */
const quickTurnMs = 16_000;

interface Agreed extends Agreement {
  readonly at: number;
  readonly wall: number;
}

/**
 * Holds the machine's clock against sources of time. Throws {@link ClockError} `clock.sources_too_few` when there are sources but fewer than
 * have to agree.
 *
 * @example
 * const clock = superviseClock({ sources: timeSources(['ntp://…', '…'], …), limits });
 * await clock.start();
 * if (clock.status().state !== 'in-sync') throw new Error('timeNotAvailable');
 */
export function superviseClock({ sources, limits, time = machineTime, heard }: SupervisionOptions): SupervisedClock {
  if (sources.length > 0 && sources.length < limits.agree)
    throw new ClockError('clock.sources_too_few', { params: { sources: sources.length, agree: limits.agree } });
  const asking = sourceAsker(sources, heard);
  let agreed: Agreed | undefined;
  let reason: ClockReason | undefined = sources.length === 0 ? 'no_sources' : 'not_asked_yet';
  let difference = time.wall() - time.steady();
  let lastState: ClockState | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let busy = false;

  const forget = (why: ClockReason): void => {
    agreed = undefined;
    reason = why;
    next(0);
  };
  const jumped = (): boolean => {
    const now = time.wall() - time.steady();
    const by = now - difference;
    if (Math.abs(by) <= limits.jumpMs) return false;
    difference = now;
    heard?.({ kind: 'jump', by });
    forget('jumped');
    return true;
  };
  const judge = (): ClockStatus => {
    if (sources.length === 0)
      return { state: 'unsupervised', reason: 'no_sources', agreeing: 0, asked: 0, leap: 'unknown' };
    jumped();
    if (agreed && announcesLeap(agreed)) {
      const passage = leapPassage(agreed.wall, time.wall());
      if (passage === 'past') forget('leap_second');
      if (passage !== 'before') return unknown('leap_second', sources.length);
    }
    const steady = time.steady();
    const moved = time.wall() - steady - difference;
    const facts = { asked: sources.length, limits, steady, moved };
    return agreed ? statusOf(agreed, facts) : unknown(reason ?? 'not_asked_yet', sources.length);
  };
  const status = (): ClockStatus => {
    const current = judge();
    if (current.state !== lastState) heard?.({ kind: 'state', status: current });
    lastState = current.state;
    return current;
  };
  const poll = async (): Promise<ClockStatus> => {
    jumped();
    const before = difference;
    const at = time.steady();
    const samples = await asking();
    // A clock that was set while the sources were asked makes their offsets worthless.
    if (jumped() || difference !== before) return status();
    const found = agreementOf(samples, limits.agree);
    if (found) {
      agreed = { ...found, at, wall: time.wall() };
      difference = time.wall() - time.steady();
    } else if (contradicts(samples, limits.agree)) {
      agreed = undefined;
      reason = 'sources_disagree';
    } else if (!agreed) reason = 'too_few_answers';
    return status();
  };
  const turn = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    await poll().finally(() => {
      busy = false;
    });
    next(agreed ? limits.pollMs : Math.min(limits.pollMs, quickTurnMs));
  };
  const next = (delayMs: number): void => {
    clearTimeout(timer);
    if (running) timer = setTimeout(() => void turn(), delayMs).unref();
  };
  return {
    now: () => new Date(time.wall()),
    status,
    poll,
    check: async () => {
      const { state, reason: why = '' } = status();
      if (state === 'out' || state === 'unknown') throw new Error(`clock is ${state}: ${why}`);
    },
    start: async () => {
      running = sources.length > 0;
      if (running) await turn();
      else status();
    },
    stop: () => {
      running = false;
      clearTimeout(timer);
    },
  };
}

/** Whether enough sources answered for an agreement, and did not agree: what was agreed before is then worth nothing. */
function contradicts(samples: readonly Sample[], agree: number): boolean {
  return new Set(samples.map(({ identity }) => identity)).size >= agree;
}

function unknown(reason: ClockReason, asked: number): ClockStatus {
  return { state: 'unknown', reason, agreeing: 0, asked, leap: 'unknown' };
}

interface StatusFacts {
  readonly asked: number;
  readonly limits: ClockLimits;
  readonly steady: number;
  /** By how much the wall clock was moved since the agreement. */
  readonly moved: number;
}

function statusOf(agreed: Agreed, facts: StatusFacts): ClockStatus {
  const { limits, asked, moved } = facts;
  const age = facts.steady - agreed.at;
  if (age > limits.staleMs) return unknown('stale', asked);
  const grown = age * drift;
  const offset = { low: agreed.low - moved - grown, high: agreed.high - moved + grown };
  const accuracy = Math.max(Math.abs(offset.low), Math.abs(offset.high));
  const common = { offset, accuracy, age, agreeing: agreed.agreeing.length, asked, leap: leapOf(agreed.agreeing) };
  if (accuracy > limits.accuracyMs) return { state: 'out', reason: 'inaccurate', ...common };
  if (accuracy > limits.accuracyMs / 2) return { state: 'soon-out', reason: 'inaccurate', ...common };
  if (age > Math.max(limits.staleMs / 2, limits.pollMs * 1.5))
    return { state: 'soon-out', reason: 'ageing', ...common };
  return { state: 'in-sync', ...common };
}

/** One source is enough: two seconds without time-stamps cost less than a wrong one. */
function announcesLeap({ agreeing }: Agreed): boolean {
  return agreeing.some(({ leap }) => leap !== 'none');
}

function leapOf(samples: readonly Sample[]): ClockStatus['leap'] {
  for (const leap of ['none', 'insert', 'delete'] as const) {
    if (samples.filter((sample) => sample.leap === leap).length * 2 > samples.length) return leap;
  }
  return 'unknown';
}

/** Asks all sources side by side, minding those that want to be asked less or not at all (RFC 5905 section 7.4). */
function sourceAsker(
  sources: readonly TimeSource[],
  heard: SupervisionOptions['heard'],
): () => Promise<readonly Sample[]> {
  const restUntil = new Map<TimeSource, number>();
  let turns = 0;
  const ask = async (source: TimeSource): Promise<Sample | undefined> => {
    try {
      const sample = await source.ask();
      heard?.({ kind: 'source', source: source.name, offset: sample.offset });
      return sample;
    } catch (error) {
      const code = error instanceof ClockError ? error.code : 'clock.source_unreachable';
      if (code === 'clock.source_slow_down') restUntil.set(source, turns + slowDownTurns);
      if (code === 'clock.source_refused') restUntil.set(source, Number.POSITIVE_INFINITY);
      heard?.({ kind: 'source', source: source.name, code });
      return undefined;
    }
  };
  return async () => {
    turns += 1;
    const awake = sources.filter((source) => turns >= (restUntil.get(source) ?? 0));
    const samples = await Promise.all(awake.map(ask));
    return samples.filter((sample) => sample !== undefined);
  };
}
