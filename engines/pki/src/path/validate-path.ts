import type { ErrorParams, Verdict } from '@tra/kernel';
import { bytesKey } from '../bounded-map.ts';
import type { Certificate } from '../certificate.ts';
import type { Crl } from '../crl/parse-crl.ts';
import type { OcspResponse } from '../ocsp/response.ts';
import { recentCertificate, recentCrl, recentOcspResponse } from '../recent.ts';
import { type Check, worstStatus } from '../report.ts';
import { AnchorSet } from './anchor-set.ts';
import type { PathCandidate, PathOptions, PathPurpose, PathReport, RevocationResult } from './options.ts';
import { effectivePurpose } from './purpose.ts';
import { checkRules } from './rules.ts';
import { CertificatePool, type DeadEnd, LinkVerifier, searchPaths, WorkBudget } from './search.ts';
import { type StatusContext, type StatusOutcome, statusOf } from './status.ts';

const maxInputs = 512;
/** Untrusted certificates that are read: reading is work too. Far more than any document needs. */
const mostIntermediates = { count: 256, bytes: 384 * 1024 };
const maxCandidates = 32;
const maxSignerDepth = 3;
const unchecked: RevocationResult = { status: 'unknown', reason: 'not_checked' };

interface Outcome {
  readonly path: readonly Certificate[];
  readonly checks: readonly Check[];
  readonly revocation: RevocationResult;
}

/**
 * Builds and validates paths from a certificate to a trust anchor (RFC 5280 sections 6.1 and 6.3, policies as RFC 9618) for one
 * instant and purpose. The first path that passes decides; otherwise the most nearly valid one is reported, with the name of
 * the missing issuer when there is none. Work is bounded whatever the input. Never throws on bad certificates or CRLs: that an
 * end certificate cannot be read is a report as well.
 *
 * @example
 * const report = validatePath({ certificate, intermediates, anchors: [root], crls, at: new Date(), purpose: 'document-signing' });
 * if (report.verdict !== 'passed') console.log(report.code, report.params);
 */
export function validatePath(options: PathOptions): PathReport {
  return new PathValidation(options).run();
}

/** As many inputs as may be read, in order. */
function firstOf(inputs: PathOptions['intermediates']): PathOptions['intermediates'] {
  let left = mostIntermediates.bytes;
  return inputs.slice(0, mostIntermediates.count).filter((input) => {
    if (input instanceof Uint8Array) left -= input.length;
    return left >= 0;
  });
}

class PathValidation {
  readonly #options: PathOptions;
  readonly #budget: WorkBudget = new WorkBudget();
  readonly #links: LinkVerifier = new LinkVerifier(this.#budget);
  readonly #notes: Check[] = [];
  readonly #pool: CertificatePool;
  readonly #anchors: AnchorSet;
  readonly #crls: readonly Crl[];
  readonly #ocspResponses: readonly OcspResponse[];
  readonly #verified: Map<Crl, Map<string, boolean>> = new Map();
  readonly #formProblems: Map<Crl, string | undefined> = new Map();
  readonly #inProgress: Set<string> = new Set();

  constructor(options: PathOptions) {
    this.#options = options;
    this.#anchors = options.anchors instanceof AnchorSet ? options.anchors : new AnchorSet(options.anchors);
    for (let left = this.#anchors.skipped; left > 0; left -= 1) this.#skipped('pki.certificate_skipped');
    const intermediates = this.#read(firstOf(options.intermediates), recentCertificate, 'pki.certificate_skipped');
    this.#pool = new CertificatePool(intermediates, this.#anchors);
    const wanted = options.revocation !== 'off';
    this.#crls = this.#read(wanted ? options.crls : [], recentCrl, 'pki.crl_skipped');
    this.#ocspResponses = this.#read(
      wanted ? (options.ocspResponses ?? []) : [],
      recentOcspResponse,
      'pki.ocsp_response_skipped',
    );
  }

  run(): PathReport {
    let end: Certificate;
    try {
      const { certificate } = this.#options;
      end = certificate instanceof Uint8Array ? recentCertificate(certificate) : certificate;
    } catch {
      const check: Check = { code: 'pki.certificate_unreadable', status: 'failed', clause: 'RFC 5280 4.1' };
      return {
        verdict: 'failed',
        code: check.code,
        params: {},
        path: [],
        revocation: unchecked,
        checks: [check],
        candidates: [],
      };
    }
    const candidates: Outcome[] = [];
    const outcome = this.#validate(this.#pool.own(end), effectivePurpose(this.#options), { tried: candidates });
    return report(outcome, this.#notes, candidates);
  }

  #read<T extends object>(
    inputs: readonly (Uint8Array | T)[],
    parse: (der: Uint8Array) => T,
    code: string,
  ): readonly T[] {
    const read: T[] = [];
    for (const input of inputs.slice(0, maxInputs)) {
      try {
        read.push(input instanceof Uint8Array ? parse(input) : input);
      } catch {
        this.#skipped(code);
      }
    }
    return read;
  }

  #skipped(code: string): void {
    this.#notes.push({ code, status: 'passed', clause: 'RFC 5280 4.1, 5.1' });
  }

  /** The best outcome over all candidate paths of `end`, to any anchor or to one. */
  #validate(
    end: Certificate,
    purpose: PathPurpose,
    { anchor, tried }: { readonly anchor?: Certificate; readonly tried?: Outcome[] },
  ): Outcome {
    const candidates = searchPaths(end, { pool: this.#pool, budget: this.#budget, links: this.#links });
    let best: Outcome | undefined;
    let deadEnd: DeadEnd | undefined;
    for (let count = 0; count < maxCandidates; count += 1) {
      const next = candidates.next();
      if (next.done) {
        deadEnd = next.value;
        break;
      }
      if (anchor && next.value.at(-1) !== anchor) continue;
      const outcome = this.#judge(next.value, purpose);
      tried?.push(outcome);
      if (worstStatus(outcome.checks) === 'passed') return outcome;
      if (!best || (worstStatus(best.checks) === 'failed' && worstStatus(outcome.checks) === 'indeterminate'))
        best = outcome;
    }
    return best ?? this.#noPath(deadEnd ?? { path: [end], signatureInvalid: false });
  }

  #judge(path: readonly Certificate[], purpose: PathPurpose): Outcome {
    const anchor = path.at(-1);
    const constraints = anchor && this.#anchors.constraintsOf(anchor);
    const context = { options: this.#options, purpose, constraints, links: this.#links, budget: this.#budget };
    const rules = checkRules(path, context);
    if (worstStatus(rules) === 'failed') return { path, checks: rules, revocation: unchecked };
    const { checks, revocation } = this.#revocationOf(path, purpose);
    return { path, checks: [...rules, ...checks], revocation };
  }

  #revocationOf(
    path: readonly Certificate[],
    purpose: PathPurpose,
  ): { checks: readonly Check[]; revocation: RevocationResult } {
    const mode = this.#options.revocation ?? 'require';
    if (mode === 'off' || path.length < 2) return { checks: [], revocation: unchecked };
    const checks: Check[] = [];
    let revocation = unchecked;
    for (let index = path.length - 2; index >= 0; index -= 1) {
      const chain = path.slice(index);
      const status = this.#statusOf(chain, index === 0 && purpose === 'time-stamping');
      checks.push(...status.checks, revocationCheck(chain[0], status.result, mode));
      if (index === 0) revocation = status.result;
    }
    return { checks, revocation };
  }

  #statusOf(chain: readonly Certificate[], retroactive: boolean): StatusOutcome {
    const id = chain[0] ? bytesKey(chain[0].der) : '';
    if (this.#inProgress.has(id)) return { result: { status: 'unknown', reason: 'circular' }, checks: [] };
    this.#inProgress.add(id);
    try {
      return statusOf(chain, this.#context(chain, retroactive));
    } finally {
      this.#inProgress.delete(id);
    }
  }

  #context(chain: readonly Certificate[], retroactive: boolean): StatusContext {
    const { at, now, profile, revocationMaxAgeMs } = this.#options;
    return {
      at,
      now: now ?? at,
      crls: this.#crls,
      ocspResponses: this.#ocspResponses,
      verified: this.#verified,
      formProblems: this.#formProblems,
      retroactive,
      strict: profile !== undefined,
      maxAgeMs: revocationMaxAgeMs,
      spendSignature: (publicKey) => this.#budget.spendSignature(publicKey),
      findCrlSigners: (subjectKey, anchor) => {
        if (this.#inProgress.size > maxSignerDepth) return [];
        return this.#pool.withSubject(subjectKey).filter((signer) => this.#isTrustedSigner(signer, anchor));
      },
      responderStatus: (responder) =>
        this.#inProgress.size > maxSignerDepth
          ? 'unknown'
          : this.#statusOf([responder, ...chain.slice(1)], false).result.status,
    };
  }

  #isTrustedSigner(signer: Certificate, anchor: Certificate): boolean {
    if (this.#pool.isAnchor(signer)) return signer === anchor;
    return worstStatus(this.#validate(signer, 'any', { anchor }).checks) === 'passed';
  }

  #noPath({ path, signatureInvalid }: DeadEnd): Outcome {
    const top = path.at(-1);
    const params: ErrorParams = { subject: top?.subject.text ?? '', issuer: top?.issuer.text ?? '' };
    const clause = 'RFC 5280 6.1';
    if (this.#budget.exhausted) {
      return {
        path,
        checks: [{ code: 'pki.work_limit', status: 'indeterminate', clause, params }],
        revocation: unchecked,
      };
    }
    const check: Check = signatureInvalid
      ? { code: 'pki.signature_invalid', status: 'failed', clause: 'RFC 5280 6.1.3 (a)(1)', params }
      : { code: 'pki.no_anchor', status: 'indeterminate', clause, params };
    return { path, checks: [check], revocation: unchecked };
  }
}

function revocationCheck(
  certificate: Certificate | undefined,
  result: RevocationResult,
  mode: 'require' | 'prefer',
): Check {
  const clause = 'RFC 5280 6.3';
  const subject = certificate?.subject.text ?? '';
  if (result.status === 'revoked') {
    const params = { subject, since: result.since?.toISOString() ?? '', reason: result.reason ?? 'unspecified' };
    return { code: 'pki.revoked', status: 'failed', clause, params };
  }
  if (result.status === 'good') return { code: 'pki.not_revoked', status: 'passed', clause, params: { subject } };
  const status: Verdict = mode === 'require' ? 'indeterminate' : 'passed';
  return { code: 'pki.revocation_unknown', status, clause, params: { subject, reason: result.reason ?? '' } };
}

function report(outcome: Outcome, notes: readonly Check[], tried: readonly Outcome[]): PathReport {
  const { path, revocation } = outcome;
  const { checks, code, params, verdict } = candidateOf(outcome);
  const candidates = (tried.length === 0 ? [outcome] : tried).map(candidateOf);
  return { verdict, code, params, path, revocation, checks: [...notes, ...checks], candidates };
}

function candidateOf({ path, checks }: Outcome): PathCandidate {
  const verdict = worstStatus(checks);
  const decisive = checks.find(({ status }) => status === verdict && status !== 'passed');
  return { verdict, code: decisive?.code ?? 'pki.path_valid', params: decisive?.params ?? {}, path, checks };
}
