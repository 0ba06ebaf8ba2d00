import { bytesKey } from '../bounded-map.ts';
import type { Certificate } from '../certificate.ts';
import { isSignedByKey } from '../signed-by.ts';
import { type AnchorSet, append, findSame } from './anchor-set.ts';
import { keyFacts } from './key-facts.ts';
import { lacksParameters } from './key-parameters.ts';

/** Bounds of one validation, shared by the search for paths and for CRL issuers. Counted in work, never in time. */
export class WorkBudget {
  #signatures: number;
  #steps: number;
  #comparisons: number;

  constructor(signatures: number = 128, steps: number = 2000, comparisons: number = 200_000) {
    this.#signatures = signatures;
    this.#steps = steps;
    this.#comparisons = comparisons;
  }

  /** Takes what one verification with `publicKey` costs (1 for P-256); false when there is not enough left. */
  spendSignature(publicKey?: Uint8Array): boolean {
    this.#signatures -= publicKey ? keyFacts(publicKey).cost : 1;
    return this.#signatures >= 0;
  }

  /** Takes one unit; false when there is none left. */
  spendStep(): boolean {
    this.#steps -= 1;
    return this.#steps >= 0;
  }

  /** Takes `count` comparisons of names with constraints; false, and nothing taken, when there are not enough left. */
  spendComparisons(count: number): boolean {
    if (count > this.#comparisons) return false;
    this.#comparisons -= count;
    return true;
  }

  get exhausted(): boolean {
    return this.#signatures < 0 || this.#steps < 0;
  }
}

/** Whether a certificate was signed by a key; remembered within one validation. */
export class LinkVerifier {
  readonly #known: Map<Certificate, Map<string, boolean>> = new Map();
  readonly #budget: WorkBudget;

  constructor(budget: WorkBudget) {
    this.#budget = budget;
  }

  /** Verifies the signature on `certificate` with `issuerKey`, once. False when the budget is spent. */
  isSignedBy(certificate: Certificate, issuerKey: Uint8Array): boolean {
    const key = bytesKey(issuerKey);
    const known = this.#known.get(certificate) ?? new Map<string, boolean>();
    this.#known.set(certificate, known);
    let signed = known.get(key);
    if (signed === undefined) {
      if (!this.#budget.spendSignature(issuerKey)) return false;
      signed = isSignedByKey(certificate, issuerKey);
      known.set(key, signed);
    }
    return signed;
  }
}

/** Certificates that may stand in a path, found by subject. */
export class CertificatePool {
  readonly #bySubject: Map<string, Certificate[]> = new Map();
  readonly #bySerial: Map<string, Certificate[]> = new Map();
  readonly #entities: Map<Certificate, string> = new Map();
  readonly #anchors: AnchorSet;
  readonly #leading: ReadonlySet<string>;

  /** Costs what there is of `intermediates`; the anchors are not gone through. */
  constructor(intermediates: readonly Certificate[], anchors: AnchorSet) {
    this.#anchors = anchors;
    const between: Certificate[] = [];
    for (const certificate of intermediates) {
      if (this.#same(certificate)) continue;
      append(this.#bySerial, certificate.serialHex, certificate);
      append(this.#bySubject, certificate.subject.key, certificate);
      between.push(certificate);
    }
    this.#leading = namesThatLead(between, anchors);
  }

  /** The pool's own object for a certificate with the same bytes, or else the certificate itself. */
  own(certificate: Certificate): Certificate {
    return this.#same(certificate) ?? certificate;
  }

  #same(certificate: Certificate): Certificate | undefined {
    return this.#anchors.find(certificate) ?? findSame(this.#bySerial, certificate);
  }

  /** Whether a certificate that is the pool's own is a trust anchor. */
  isAnchor(certificate: Certificate): boolean {
    return this.#anchors.has(certificate);
  }

  /** Text that is equal for certificates of the same key under the same name: one entity, however often it was certified. */
  entityOf(certificate: Certificate): string {
    let entity = this.#entities.get(certificate);
    if (entity === undefined) {
      entity = bytesKey(certificate.publicKey) + certificate.subject.key;
      this.#entities.set(certificate, entity);
    }
    return entity;
  }

  /** Whether going by names alone some path leads from an issuer of this name to an anchor. */
  leadsToAnchor(issuerKey: string): boolean {
    return this.#anchors.withSubject(issuerKey).length > 0 || this.#leading.has(issuerKey);
  }

  /** Certificates with a subject, anchors first, those with the wanted key identifier before others. */
  withSubject(subjectKey: string, keyIdHex?: string): readonly Certificate[] {
    const list = [...this.#anchors.withSubject(subjectKey), ...(this.#bySubject.get(subjectKey) ?? [])];
    if (list.length < 2) return list;
    const ranks: [Certificate[], Certificate[], Certificate[], Certificate[]] = [[], [], [], []];
    for (const certificate of list) {
      const { subjectKeyIdHex } = certificate;
      const other = keyIdHex !== undefined && subjectKeyIdHex !== undefined && subjectKeyIdHex !== keyIdHex;
      ranks[this.isAnchor(certificate) ? (other ? 2 : 0) : other ? 3 : 1].push(certificate);
    }
    return ranks.flat();
  }
}

/** Subjects, other than those of anchors, from which a chain of issuer names leads to the subject of an anchor. */
function namesThatLead(between: readonly Certificate[], anchors: AnchorSet): ReadonlySet<string> {
  const issuedBy = new Map<string, string[]>();
  const leading = new Set<string>();
  for (const { issuer, subject } of between) {
    const list = issuedBy.get(issuer.key);
    if (list) list.push(subject.key);
    else issuedBy.set(issuer.key, [subject.key]);
    if (anchors.withSubject(issuer.key).length > 0) leading.add(subject.key);
  }
  for (const name of leading) for (const below of issuedBy.get(name) ?? []) leading.add(below);
  return leading;
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
/** Steps towards the name of the missing issuer when no path can lead to an anchor. */
const maxHopelessSteps = 32;

/**
 * Yields candidate paths from `end` up to a trust anchor, most promising first, each linked by names and signatures. Returns the
 * longest dead end. Branches whose names lead nowhere are followed only when no branch leads anywhere, to name the missing issuer;
 * cycles and repeated keys are cut; the budget bounds the work whatever the pool holds.
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
  const hopeful = pool.leadsToAnchor(end.issuer.key);
  let hopelessSteps = maxHopelessSteps;
  const dead = new Set<Certificate>();
  function* extend(
    path: readonly Certificate[],
    keys: readonly string[],
  ): Generator<readonly Certificate[], boolean, undefined> {
    const top = path.at(-1);
    if (!top || !budget.spendStep()) return true;
    note(path, false);
    hopelessSteps -= 1;
    if (path.length >= maxPathLength || (!hopeful && hopelessSteps < 0)) return true;
    let cut = false;
    for (const issuer of pool.withSubject(top.issuer.key, top.authorityKeyId?.keyIdHex)) {
      if (budget.exhausted) return true;
      const key = pool.entityOf(issuer);
      if (keys.includes(key)) {
        cut = true;
        continue;
      }
      const anchor = pool.isAnchor(issuer);
      if (dead.has(issuer) || (hopeful && !anchor && !pool.leadsToAnchor(issuer.issuer.key))) continue;
      if (!lacksParameters(issuer.publicKey) && !links.isSignedBy(top, issuer.publicKey)) {
        note(path, !namesAnotherKey(top, issuer));
        continue;
      }
      const longer = [...path, issuer];
      if (anchor) {
        cut = true;
        yield longer;
      } else if (yield* extend(longer, [...keys, key])) cut = true;
    }
    // Nothing led on, and nothing was left out because of what lies below: the same would happen on any other way here.
    if (!cut) dead.add(top);
    return cut;
  }
  if (pool.isAnchor(end)) yield [end];
  yield* extend([end], [pool.entityOf(end)]);
  return deadEnd;
}

/** Whether the key identifiers say that `issuer` is another authority of the same name (RFC 5280 section 4.2.1.1). */
function namesAnotherKey(certificate: Certificate, issuer: Certificate): boolean {
  const wanted = certificate.authorityKeyId?.keyIdHex;
  return wanted !== undefined && issuer.subjectKeyIdHex !== undefined && wanted !== issuer.subjectKeyIdHex;
}
