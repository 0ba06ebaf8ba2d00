import { type AnchorConstraints, AnchorSet, type Certificate, isSignedByKey, recentCertificate } from '@tra/pki';
import type { TokenId } from '../diagnostic/token.ts';
import type { ListedAnchor, ListedState } from '../listed-services.ts';
import { tokenId } from './ids.ts';

/** Bounds of one search; counted in work, never in time. */
const maximumVerifications = 1024;
const maximumDepth = 12;
const maximumIssuers = 8;

interface Anchor {
  readonly certificate: Certificate;
  /** One entry for each time that it was named: stretches of trust, or no limit. */
  readonly constraints: (AnchorConstraints | undefined)[];
  readonly services: ListedState[];
}

/** Anchors by the hash of their octets and by subject. */
interface AnchorIndex {
  readonly byId: ReadonlyMap<TokenId, Anchor>;
  readonly bySubject: ReadonlyMap<string, readonly Certificate[]>;
  /** The same for paths. */
  readonly set: AnchorSet;
}

const indexes = new WeakMap<object, AnchorIndex>();

/** The same list of anchors is read once, however many documents are judged by it. */
function indexOf(anchors: readonly (Uint8Array | ListedAnchor)[]): AnchorIndex {
  const known = indexes.get(anchors);
  if (known) return known;
  const byId = new Map<TokenId, Anchor>();
  const bySubject = new Map<string, Certificate[]>();
  const forPaths: ListedAnchor[] = [];
  for (const anchor of anchors) {
    const {
      certificate: given,
      constraints,
      services = [],
    }: ListedAnchor = anchor instanceof Uint8Array ? { certificate: anchor } : anchor;
    const certificate = given instanceof Uint8Array ? readable(given) : given;
    forPaths.push({ certificate: certificate ?? given, ...(constraints ? { constraints } : {}) });
    if (!certificate) continue;
    const id = tokenId(certificate.der);
    const known = byId.get(id);
    if (known) {
      known.constraints.push(constraints);
      const named = new Set(known.services.map(stateKey));
      known.services.push(...services.filter((state) => !named.has(stateKey(state))));
      continue;
    }
    byId.set(id, { certificate, constraints: [constraints], services: [...services] });
    append(bySubject, certificate.subject.key, certificate);
  }
  const index = { byId, bySubject, set: new AnchorSet(forPaths) };
  indexes.set(anchors, index);
  return index;
}

/** The anchors as paths are validated with: read once for the same list. */
export function anchorSetOf(anchors: readonly (Uint8Array | ListedAnchor)[]): AnchorSet {
  return indexOf(anchors).set;
}

const stateKey = ({ name, start, trustedList, type }: ListedState): string =>
  JSON.stringify([trustedList, type, name, start]);

/** What trusted lists say of the services that an anchor stands for; empty for an anchor that comes from none. */
export function listedStatesOf(
  anchors: readonly (Uint8Array | ListedAnchor)[],
  certificate: Certificate,
): readonly ListedState[] {
  return indexOf(anchors).byId.get(tokenId(certificate.der))?.services ?? [];
}

/** The limits that hold at an instant: none, or the stretch of trust around it, or else the one that ended last. */
function constraintsAt(all: readonly (AnchorConstraints | undefined)[], at: number): AnchorConstraints | undefined {
  if (all.length < 2 || all.includes(undefined)) return all.length < 2 ? all[0] : undefined;
  const limits = all.filter((one) => one !== undefined);
  const end = ({ validUntil }: AnchorConstraints): number => validUntil?.getTime() ?? Number.POSITIVE_INFINITY;
  const around = limits.find((one) => (one.validFrom?.getTime() ?? 0) <= at && at <= end(one));
  return around ?? limits.reduce((last, one) => (end(one) > end(last) ? one : last));
}

function append(map: Map<string, Certificate[]>, key: string, certificate: Certificate): void {
  const list = map.get(key);
  if (list) list.push(certificate);
  else map.set(key, [certificate]);
}

function readable(der: Uint8Array): Certificate | undefined {
  try {
    return recentCertificate(der);
  } catch {
    return undefined;
  }
}

/** Every certificate at hand, with who signed it as far as that is known: signatures are verified once. */
export class CertificatePool {
  readonly #anchors: AnchorIndex;
  readonly #at: number;
  readonly #byId: Map<TokenId, Certificate> = new Map();
  readonly #bySubject: Map<string, Certificate[]> = new Map();
  readonly #verified: Map<string, boolean> = new Map();
  readonly #issuers: Map<TokenId, readonly Certificate[]> = new Map();
  readonly #chains: Map<TokenId, readonly Certificate[]> = new Map();
  #left: number = maximumVerifications;

  constructor(anchors: readonly (Uint8Array | ListedAnchor)[], at: Date) {
    this.#anchors = indexOf(anchors);
    this.#at = at.getTime();
  }

  /** Takes a certificate in; undefined when it cannot be read. Chains must not have been asked for before. */
  add(der: Uint8Array): Certificate | undefined {
    const id = tokenId(der);
    const known = this.#byId.get(id) ?? this.#anchors.byId.get(id)?.certificate;
    if (known) return known;
    const certificate = readable(der);
    if (!certificate) return undefined;
    this.#byId.set(id, certificate);
    append(this.#bySubject, certificate.subject.key, certificate);
    return certificate;
  }

  /** Whether a certificate is a trust anchor. */
  isAnchor(certificate: Certificate): boolean {
    return this.#anchors.byId.has(tokenId(certificate.der));
  }

  /** The trust anchor of this name. */
  anchor(id: TokenId): Certificate | undefined {
    return this.#anchors.byId.get(id)?.certificate;
  }

  /** Limits of the trust in an anchor. */
  constraintsOf(certificate: Certificate): AnchorConstraints | undefined {
    return constraintsAt(this.#anchors.byId.get(tokenId(certificate.der))?.constraints ?? [], this.#at);
  }

  /** What trusted lists say of the services that an anchor stands for. */
  servicesOf(certificate: Certificate): readonly ListedState[] {
    return this.#anchors.byId.get(tokenId(certificate.der))?.services ?? [];
  }

  /** Certificates with this subject, anchors first. */
  withSubject(key: string): readonly Certificate[] {
    const anchors = this.#anchors.bySubject.get(key) ?? [];
    const others = this.#bySubject.get(key) ?? [];
    return [...anchors, ...others];
  }

  /** Everything that was taken in, anchors apart. */
  all(): readonly Certificate[] {
    return [...this.#byId.values()];
  }

  /** Whether the key of `issuer` made the signature over `certificate`; false when too much was verified already. */
  isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
    const key = `${tokenId(certificate.der)} ${tokenId(issuer.der)}`;
    const known = this.#verified.get(key);
    if (known !== undefined) return known;
    if (this.#left <= 0) return false;
    this.#left -= 1;
    const signed = isSignedByKey(certificate, issuer.publicKey);
    this.#verified.set(key, signed);
    return signed;
  }

  /** Whether a certificate signed itself. */
  isSelfSigned(certificate: Certificate): boolean {
    return certificate.isSelfIssued && this.isSignedBy(certificate, certificate);
  }

  /** Certificates whose key signed this one, the likeliest first: anchors, then those in force, then those that last longest. */
  issuersOf(certificate: Certificate): readonly Certificate[] {
    const id = tokenId(certificate.der);
    const known = this.#issuers.get(id);
    if (known) return known;
    const wanted = certificate.authorityKeyId?.keyIdHex;
    const rank = (one: Certificate): number => {
      const other = wanted !== undefined && one.subjectKeyIdHex !== undefined && one.subjectKeyIdHex !== wanted;
      const inForce = one.notBefore.getTime() <= this.#at && this.#at <= one.notAfter.getTime();
      return (other ? 4 : 0) + (this.isAnchor(one) ? 0 : 2) + (inForce ? 0 : 1);
    };
    const named = this.withSubject(certificate.issuer.key)
      .map((one) => ({ one, order: rank(one) }))
      .sort((left, right) => left.order - right.order || right.one.notAfter.getTime() - left.one.notAfter.getTime())
      .map(({ one }) => one);
    const issuers = named.slice(0, maximumIssuers).filter((one) => this.isSignedBy(certificate, one));
    this.#issuers.set(id, issuers);
    return issuers;
  }

  /** The certificate and its issuers up to a trust anchor, or as far as they are known. */
  chainOf(certificate: Certificate): readonly Certificate[] {
    const id = tokenId(certificate.der);
    const known = this.#chains.get(id);
    if (known) return known;
    const chain = this.#search(certificate, new Set());
    for (const [index, one] of chain.entries()) {
      const own = tokenId(one.der);
      if (!this.#chains.has(own)) this.#chains.set(own, chain.slice(index));
    }
    return chain;
  }

  #search(certificate: Certificate, below: ReadonlySet<Certificate>): readonly Certificate[] {
    const known = this.#chains.get(tokenId(certificate.der));
    if (known) return known;
    if (this.isAnchor(certificate) || below.size >= maximumDepth) return [certificate];
    const path = new Set([...below, certificate]);
    let longest: readonly Certificate[] = [certificate];
    for (const issuer of this.issuersOf(certificate)) {
      if (path.has(issuer)) continue;
      const above = this.#search(issuer, path);
      const top = above.at(-1);
      if (top && this.isAnchor(top)) return [certificate, ...above];
      if (above.length >= longest.length) longest = [certificate, ...above];
    }
    return longest;
  }
}
