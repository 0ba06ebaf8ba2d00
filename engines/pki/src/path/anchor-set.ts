import type { Certificate } from '../certificate.ts';
import { recentCertificate } from '../recent.ts';
import type { AnchorConstraints, TrustAnchor } from './options.ts';

/**
 * Trust anchors that were read and sorted once, for `validatePath` over and over: without it the whole trust store is read for each path. It does
 * not see later changes of the list that it was made from. Of an anchor that is given twice, the first says what it is trusted for; what cannot be
 * read is no anchor, and each report mentions it.
 *
 * @example
 * const anchors = new AnchorSet(store);
 * for (const certificate of certificates) validatePath({ certificate, anchors, intermediates, crls, at, purpose: 'any' });
 */
export class AnchorSet {
  readonly #bySubject: Map<string, Certificate[]> = new Map();
  readonly #bySerial: Map<string, Certificate[]> = new Map();
  readonly #constraints: Map<Certificate, AnchorConstraints | undefined> = new Map();
  #skipped: number = 0;

  constructor(anchors: readonly (Uint8Array | Certificate | TrustAnchor)[]) {
    for (const anchor of anchors) {
      const { certificate, constraints }: TrustAnchor = 'certificate' in anchor ? anchor : { certificate: anchor };
      const read = readable(certificate);
      if (!read) this.#skipped += 1;
      else if (!this.find(read)) this.#add(read, constraints);
    }
  }

  #add(certificate: Certificate, constraints: AnchorConstraints | undefined): void {
    this.#constraints.set(certificate, constraints);
    append(this.#bySerial, certificate.serialHex, certificate);
    append(this.#bySubject, certificate.subject.key, certificate);
  }

  /** How many could not be read. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The anchor with the same octets. */
  find(certificate: Certificate): Certificate | undefined {
    return findSame(this.#bySerial, certificate);
  }

  /** Whether this very object is one of the anchors. */
  has(certificate: Certificate): boolean {
    return this.#constraints.has(certificate);
  }

  /** Anchors with a subject, by the key of its name. */
  withSubject(key: string): readonly Certificate[] {
    return this.#bySubject.get(key) ?? [];
  }

  /** Limits of the trust in an anchor. */
  constraintsOf(anchor: Certificate): AnchorConstraints | undefined {
    return this.#constraints.get(anchor);
  }
}

function readable(certificate: Uint8Array | Certificate): Certificate | undefined {
  try {
    return certificate instanceof Uint8Array ? recentCertificate(certificate) : certificate;
  } catch {
    return undefined;
  }
}

/** The certificate with the same octets among those that are sorted by serial number. */
export function findSame(
  bySerial: ReadonlyMap<string, readonly Certificate[]>,
  certificate: Certificate,
): Certificate | undefined {
  const alike = bySerial.get(certificate.serialHex);
  return alike?.find((one) => one === certificate || Buffer.compare(one.der, certificate.der) === 0);
}

/** Adds to the list under a key. */
export function append(map: Map<string, Certificate[]>, key: string, certificate: Certificate): void {
  const list = map.get(key);
  if (list) list.push(certificate);
  else map.set(key, [certificate]);
}
