import type { Instant, TokenId } from '../diagnostic/token.ts';
import type { Level, LevelRule } from '../policy/rules.ts';
import type {
  BlockName,
  BlockReport,
  CheckReport,
  CheckStatus,
  Conclusion,
  CryptographicFinding,
  MessageParams,
  ProcessIndication,
  ProcessMessage,
  ProcessSubIndication,
} from './report.ts';

/** What a block concludes when a check fails. */
export type Failure = readonly [ProcessIndication, ProcessSubIndication?];

/** More about a check. */
export interface CheckDetail {
  readonly params?: MessageParams;
  readonly token?: TokenId;
  /** Messages of the block whose result is checked: they stand for the check's own. */
  readonly because?: Conclusion;
}

/** Rules that the standard itself makes. */
export const mandatory: LevelRule = { level: 'FAIL' };
/** Results that are written down and do not stop the process. */
export const noted: LevelRule = { level: 'WARN' };
/** Results that are only informative. */
export const informative: LevelRule = { level: 'INFORM' };

const statusOf: Readonly<Record<Level, CheckStatus>> = {
  FAIL: 'NOT OK',
  WARN: 'WARN',
  INFORM: 'INFO',
  IGNORE: 'IGNORED',
};

/**
 * A building block at work: it takes checks in order until one of level FAIL does not hold; that one gives the conclusion, and what comes
 * later is not looked at any more.
 */
export class Block {
  readonly #name: BlockName;
  readonly #clause: string;
  readonly #token: TokenId | undefined;
  readonly #checks: CheckReport[] = [];
  readonly #blocks: BlockReport[] = [];
  readonly #warnings: ProcessMessage[] = [];
  readonly #infos: ProcessMessage[] = [];
  #errors: readonly ProcessMessage[] = [];
  #failure: Failure | undefined;

  constructor(name: BlockName, clause: string, token?: TokenId) {
    this.#name = name;
    this.#clause = clause;
    this.#token = token;
  }

  /** No check has failed yet. */
  get open(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Takes one check under a rule of the policy. Without a rule, or when an earlier check failed, nothing happens; a rule that is ignored is
   * written down without a look. Returns whether the block is still open.
   */
  check(
    code: string,
    rule: LevelRule | undefined,
    holds: boolean | (() => boolean),
    failure: Failure,
    detail: CheckDetail = {},
  ): boolean {
    if (!this.open || rule === undefined) return this.open;
    if (rule.level === 'IGNORE') {
      this.#checks.push({ code, status: 'IGNORED', ...describe(detail) });
      return true;
    }
    const ok = typeof holds === 'function' ? holds() : holds;
    this.#checks.push({ code, status: ok ? 'OK' : statusOf[rule.level], ...describe(detail) });
    if (!ok) this.#record(rule.level, code, failure, detail);
    return this.open;
  }

  #record(level: Level, code: string, failure: Failure, detail: CheckDetail): void {
    const own: ProcessMessage = detail.params
      ? { code: `${code}.failed`, params: detail.params }
      : { code: `${code}.failed` };
    const reasons = detail.because && detail.because.errors.length > 0 ? detail.because.errors : [own];
    if (level === 'WARN') this.#warnings.push(...reasons);
    else if (level === 'INFORM') this.#infos.push(...reasons);
    else {
      this.#failure = failure;
      this.#errors = reasons;
    }
  }

  /** A block that was run inside this one, for the report. */
  add(block: BlockReport): void {
    this.#blocks.push(block);
  }

  /** Takes over what another block warns of. */
  inherit({ warnings, infos }: Conclusion): void {
    this.#warnings.push(...warnings);
    this.#infos.push(...infos);
  }

  /** The finished block. */
  close(
    more: {
      time?: Instant | undefined;
      chosen?: TokenId | undefined;
      cryptographic?: CryptographicFinding | undefined;
    } = {},
  ): BlockReport {
    const [indication, subIndication] = this.#failure ?? ['PASSED'];
    return {
      block: this.#name,
      clause: this.#clause,
      ...(this.#token === undefined ? {} : { token: this.#token }),
      checks: this.#checks,
      conclusion: {
        indication,
        ...(subIndication === undefined ? {} : { subIndication }),
        errors: this.#errors,
        warnings: distinct(this.#warnings),
        infos: distinct(this.#infos),
      },
      ...(this.#blocks.length === 0 ? {} : { blocks: this.#blocks }),
      ...(more.time === undefined ? {} : { time: more.time }),
      ...(more.chosen === undefined ? {} : { chosen: more.chosen }),
      ...(more.cryptographic === undefined ? {} : { cryptographic: more.cryptographic }),
    };
  }
}

function describe({ params, token }: CheckDetail): { params?: MessageParams; token?: TokenId } {
  return { ...(params ? { params } : {}), ...(token === undefined ? {} : { token }) };
}

/** Each message once: the same certificate can appear in many chains. */
function distinct(messages: readonly ProcessMessage[]): ProcessMessage[] {
  const seen = new Set<string>();
  return messages.filter((message) => {
    const key = JSON.stringify(message);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Whether a block passed. */
export const passed = (block: BlockReport | undefined): boolean => block?.conclusion.indication === 'PASSED';

/** Whether a conclusion is INDETERMINATE with one of these sub-indications. */
export function undecidedFor(conclusion: Conclusion, subIndications: readonly ProcessSubIndication[]): boolean {
  const { indication, subIndication } = conclusion;
  return indication === 'INDETERMINATE' && subIndication !== undefined && subIndications.includes(subIndication);
}

/** The failure that a conclusion amounts to, to hand it on. */
export function failureOf({ indication, subIndication }: Conclusion): Failure {
  return subIndication === undefined ? [indication] : [indication, subIndication];
}
