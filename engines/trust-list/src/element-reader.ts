import { attributeOf, childElements, decodeBase64, type ParsedElement, textOf, XML_NAMESPACE } from '@tra/xml';
import { TrustListError } from './errors.ts';
import { TSL_NAMESPACE } from './identifiers.ts';
import type { Multilingual } from './model.ts';

/** The refusal of a list that does not hold what the standard orders at `where`. */
export function malformed(where: string): TrustListError {
  return new TrustListError('trust_list.malformed', { params: { where } });
}

/** Reads an element of a list by the names of its children; every child that is not asked for several times must be there at most once. */
export class ElementReader {
  readonly #element: ParsedElement;
  readonly #children: readonly ParsedElement[];

  constructor(element: ParsedElement) {
    this.#element = element;
    this.#children = childElements(element);
  }

  children(): readonly ParsedElement[] {
    return this.#children;
  }

  attribute(name: string): string | undefined {
    return attributeOf(this.#element, name);
  }

  all(localName: string, namespace: string = TSL_NAMESPACE): ElementReader[] {
    return this.#children
      .filter((child) => child.localName === localName && child.namespace === namespace)
      .map((child) => new ElementReader(child));
  }

  optional(localName: string, namespace?: string): ElementReader | undefined {
    const [found, second] = this.all(localName, namespace);
    if (second) throw malformed(localName);
    return found;
  }

  one(localName: string, namespace?: string): ElementReader {
    const found = this.optional(localName, namespace);
    if (!found) throw malformed(localName);
    return found;
  }

  /** Text without the white space around it. An element or a comment inside is refused: two readers might see two texts. */
  text(): string {
    if (this.#element.children.some(({ kind }) => kind !== 'text')) throw malformed(this.#element.localName);
    return textOf(this.#element).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '');
  }

  integer(): number {
    const text = this.text();
    if (!/^\+?\d{1,15}$/.test(text)) throw malformed(this.#element.localName);
    return Number(text);
  }

  time(): Date {
    const text = this.text();
    const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
    const time = new Date(text);
    if (!match || Number.isNaN(time.getTime())) throw malformed(this.#element.localName);
    return time;
  }

  octets(): Uint8Array {
    try {
      return decodeBase64(this.text());
    } catch {
      throw malformed(this.#element.localName);
    }
  }

  language(): string {
    const language = attributeOf(this.#element, 'lang', XML_NAMESPACE);
    if (language === undefined) throw malformed(`${this.#element.localName}/@xml:lang`);
    return language;
  }

  multilingual(item: string): Multilingual {
    return this.all(item).map((entry) => ({ language: entry.language(), text: entry.text() }));
  }
}
