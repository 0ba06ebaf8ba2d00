/** A value out of {@link parseJson}; objects have no prototype. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Thrown for text that is no JSON, repeats a name or goes beyond a bound. */
export class JsonError extends Error {}

const maxDepth = 32;
const maxValues = 100_000;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /[ \t\r\n]*/y;
const plain = /[^"\\]*/y;

/**
 * Reads JSON (RFC 8259) more strictly than `JSON.parse`: a name may occur once in an object (RFC 7515 section 4: otherwise two readers see two
 * headers), and depth and number of values are bounded. Throws {@link JsonError}.
 */
export function parseJson(text: string): Json {
  return new Reader(text).document();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#match(space);
    if (this.#at < this.#text.length) throw new JsonError('trailing text');
    return value;
  }

  #value(depth: number): Json {
    this.#values += 1;
    if (depth > maxDepth || this.#values > maxValues) throw new JsonError('too large');
    this.#match(space);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const digits = this.#match(number);
    if (digits === '') throw new JsonError(`at ${this.#at}`);
    return Number(digits);
  }

  #object(depth: number): Json {
    const found: Record<string, Json> = Object.create(null);
    this.#at += 1;
    if (this.#skip('}')) return found;
    do {
      this.#match(space);
      if (this.#text[this.#at] !== '"') throw new JsonError(`at ${this.#at}`);
      const name = this.#string();
      if (Object.hasOwn(found, name)) throw new JsonError('repeated name');
      if (!this.#skip(':')) throw new JsonError(`at ${this.#at}`);
      found[name] = this.#value(depth + 1);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw new JsonError(`at ${this.#at}`);
    return found;
  }

  #array(depth: number): Json {
    const found: Json[] = [];
    this.#at += 1;
    if (this.#skip(']')) return found;
    do found.push(this.#value(depth + 1));
    while (this.#skip(','));
    if (!this.#skip(']')) throw new JsonError(`at ${this.#at}`);
    return found;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      this.#match(plain);
      const next = this.#text[this.#at];
      this.#at += next === '\\' ? 2 : 1;
      if (next === '"') break;
      if (next !== '\\') throw new JsonError('string');
    }
    const raw = this.#text.slice(start, this.#at);
    try {
      return JSON.parse(raw) as string;
    } catch {
      throw new JsonError('string');
    }
  }

  #skip(character: string): boolean {
    this.#match(space);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
