import { childrenOf, type DerElement } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';

/**
 * Takes the components of a SEQUENCE, SET or tagged type one after the other, as a standard's ASN.1 lists them.
 *
 * @example
 * const reader = new SequenceReader(readDer(bytes), 'AlgorithmIdentifier');
 * const algorithm = readOid(reader.take(TAG.oid, 'algorithm'));
 * const parameters = reader.rest()[0];
 */
export class SequenceReader {
  readonly #children: readonly DerElement[];
  readonly #what: string;
  #position = 0;

  /** Throws {@link Asn1Error} when `element` has another tag than `tag` (SEQUENCE unless told). */
  constructor(element: DerElement, what: string, tag: number = TAG.sequence) {
    expectTag(element, tag, what);
    this.#children = childrenOf(element);
    this.#what = what;
  }

  /** The next component, which must have `tag` when one is given. Throws {@link Asn1Error} when it is absent or another. */
  take(tag: number | undefined, what: string): DerElement {
    const child = this.#children[this.#position];
    if (!child) throw new Asn1Error('asn1.truncated', { params: { what: `${this.#what}.${what}` } });
    if (tag !== undefined) expectTag(child, tag, `${this.#what}.${what}`);
    this.#position += 1;
    return child;
  }

  /** The next component when it has one of `tags`; otherwise nothing is taken. */
  takeOptional(...tags: readonly number[]): DerElement | undefined {
    const child = this.#children[this.#position];
    if (!child || !tags.includes(child.tag)) return undefined;
    this.#position += 1;
    return child;
  }

  /** All components that are left. */
  rest(): readonly DerElement[] {
    const rest = this.#children.slice(this.#position);
    this.#position = this.#children.length;
    return rest;
  }

  /** Throws {@link Asn1Error} `asn1.trailing_bytes` when a component was not taken. */
  end(): void {
    if (this.#position < this.#children.length) {
      throw new Asn1Error('asn1.trailing_bytes', { params: { what: this.#what } });
    }
  }
}

/** Throws {@link Asn1Error} `asn1.tag_unexpected` unless `element` has `tag`. */
export function expectTag(element: DerElement, tag: number, what: string): void {
  if (element.tag !== tag) throw new Asn1Error('asn1.tag_unexpected', { params: { what, tag: element.tag } });
}

/** The single element inside an EXPLICIT tag. Throws {@link Asn1Error}. */
export function readExplicit(element: DerElement, what: string): DerElement {
  const [inner, ...more] = childrenOf(element);
  if (!inner) throw new Asn1Error('asn1.truncated', { params: { what } });
  if (more.length > 0) throw new Asn1Error('asn1.trailing_bytes', { params: { what } });
  return inner;
}
