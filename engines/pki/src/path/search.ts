import { toHex } from '@tra/kernel';
import { verifySignature } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import { lacksParameters } from './key-parameters.ts';

/** Bounds of one validation, shared by the search for paths and for CRL issuers. */
export class WorkBudget {
  #signatures: number;
  #steps: number;

  constructor(signatures: number = 192, steps: number = 4000) {
    this.#signatures = signatures;
    this.#steps = steps;
  }

  /** Takes one unit; false when there is none left. */
  spendSignature(): boolean {
    this.#signatures -= 1;
    return this.#signatures >= 0;
  }

  /** Takes one unit; false when there is none left. */
  spendStep(): boolean {
    this.#steps -= 1;
    return this.#steps >= 0;
  }

  get exhausted(): boolean {
    return this.#signatures < 0 || this.#steps < 0;
  }
}

/** Whether a certificate was signed by a key; remembered within one validation. */
export class LinkVerifier {
  readonly #known: Map<Certificate, Map<string, boolean>> = new Map();

  /** Verifies the signature on `certificate` with `issuerKey`, once. */
  isSignedBy(certificate: Certificate, issuerKey: Uint8Array): boolean {
    const key = toHex(issuerKey);
    const known = this.#known.get(certificate) ?? new Map<string, boolean>();
    this.#known.set(certificate, known);
    let signed = known.get(key);
    if (signed === undefined) {
      signed = verifySignature(
        certificate.signatureAlgorithm,
        issuerKey,
        certificate.signedBytes,
        certificate.signature,
      );
      known.set(key, signed);
    }
    return signed;
  }
}

/** Certificates that may stand in a path, found by subject. */
export class CertificatePool {
  readonly #bySubject: Map<string, Certificate[]> = new Map();
  readonly #anchors: ReadonlySet<string>;
  readonly #ids: Map<Certificate, string> = new Map();

  constructor(intermediates: readonly Certificate[], anchors: readonly Certificate[]) {
    const seen = new Set<string>();
    for (const certificate of [...anchors, ...intermediates]) {
      const id = toHex(certificate.der);
      if (seen.has(id)) continue;
      seen.add(id);
      const list = this.#bySubject.get(certificate.subject.key) ?? [];
      list.push(certificate);
      this.#bySubject.set(certificate.subject.key, list);
    }
    this.#anchors = new Set(anchors.map(({ der }) => toHex(der)));
  }

  /** Whether `certificate` is a trust anchor. */
  isAnchor(certificate: Certificate): boolean {
    let id = this.#ids.get(certificate);
    if (id === undefined) {
      id = toHex(certificate.der);
      this.#ids.set(certificate, id);
    }
    return this.#anchors.has(id);
  }

  /** Certificates with a subject, anchors first, those with the wanted key identifier before others. */
  withSubject(subjectKey: string, keyIdHex?: string): readonly Certificate[] {
    const rank = (certificate: Certificate): number =>
      (keyIdHex !== undefined && certificate.subjectKeyIdHex !== undefined && certificate.subjectKeyIdHex !== keyIdHex
        ? 2
        : 0) + (this.isAnchor(certificate) ? 0 : 1);
    return [...(this.#bySubject.get(subjectKey) ?? [])].sort((left, right) => rank(left) - rank(right));
  }
}

/** What a search works with. */
export interface SearchContext {
  readonly pool: CertificatePool;
  readonly budget: WorkBudget;
  readonly links: LinkVerifier;
}

/** How far the search came when no path led to an anchor. */
export interface DeadEnd {
  readonly path: readonly Certificate[];
  /** True when an issuer of the right name and key identifier is at hand but did not sign. */
  readonly signatureInvalid: boolean;
}

/** Longest path that is looked for, end certificate and anchor included. */
const maxPathLength = 16;

/**
 * Yields candidate paths from `end` up to a trust anchor, most promising first, each linked by names and signatures. Returns the
 * longest dead end. Cycles and repeated keys are cut; the budget bounds the work whatever the pool holds.
 */
export function* searchPaths(
  end: Certificate,
  { pool, budget, links }: SearchContext,
): Generator<readonly Certificate[], DeadEnd, undefined> {
  let deadEnd: DeadEnd = { path: [end], signatureInvalid: false };
  const note = (path: readonly Certificate[], signatureInvalid: boolean): void => {
    const better = path.length > deadEnd.path.length || (path.length === deadEnd.path.length && signatureInvalid);
    if (better) deadEnd = { path, signatureInvalid };
  };
  function* extend(path: readonly Certificate[]): Generator<readonly Certificate[], void, undefined> {
    const top = path.at(-1);
    if (!top || !budget.spendStep()) return;
    note(path, false);
    if (path.length >= maxPathLength) return;
    for (const issuer of pool.withSubject(top.issuer.key, top.authorityKeyId?.keyIdHex)) {
      if (budget.exhausted || path.some((member) => sameEntity(member, issuer))) continue;
      if (!lacksParameters(issuer.publicKey)) {
        if (!budget.spendSignature()) return;
        if (!links.isSignedBy(top, issuer.publicKey)) {
          note(path, !namesAnotherKey(top, issuer));
          continue;
        }
      }
      const longer = [...path, issuer];
      if (pool.isAnchor(issuer)) yield longer;
      else yield* extend(longer);
    }
  }
  if (pool.isAnchor(end)) yield [end];
  yield* extend([end]);
  return deadEnd;
}

/** Whether the key identifiers say that `issuer` is another authority of the same name (RFC 5280 section 4.2.1.1). */
function namesAnotherKey(certificate: Certificate, issuer: Certificate): boolean {
  const wanted = certificate.authorityKeyId?.keyIdHex;
  return wanted !== undefined && issuer.subjectKeyIdHex !== undefined && wanted !== issuer.subjectKeyIdHex;
}

function sameEntity(left: Certificate, right: Certificate): boolean {
  return left.subject.key === right.subject.key && toHex(left.publicKey) === toHex(right.publicKey);
}
