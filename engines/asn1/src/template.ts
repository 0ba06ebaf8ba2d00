import { Asn1Error } from './errors.ts';
import { element, header, headerSize, writeHeader } from './writer.ts';

/** One piece of a {@link DerTemplate}: fixed bytes, a hole, or an element around further pieces. */
export type TemplatePart<Name extends string> = Uint8Array | Hole<Name> | TemplateElement<Name>;

/** A place that is filled when the template is written. */
export interface Hole<Name extends string> {
  readonly hole: Name;
  /** Octets of the value when it is always the same; a template with fixed holes only is one copy and a patch. */
  readonly size?: number;
}

/** A constructed or primitive element whose length follows from its pieces. */
export interface TemplateElement<Name extends string> {
  readonly tag: number;
  readonly parts: readonly TemplatePart<Name>[];
}

/** A hole called `name`; with `size` its values must have exactly so many octets. */
export function hole<Name extends string>(name: Name, size?: number): Hole<Name> {
  return size === undefined ? { hole: name } : { hole: name, size };
}

/** An element of `tag` around `parts`, to be used inside a template. */
export function around<Name extends string>(tag: number, ...parts: TemplatePart<Name>[]): TemplateElement<Name> {
  return { tag, parts };
}

/** What is written, in order: fixed bytes, a value, or the header of an element whose length is not known before. */
type Step =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'hole'; readonly name: string; readonly size: number | undefined }
  | { readonly kind: 'header'; readonly tag: number; readonly steps: number };

/** Where everything is when the holes have these sizes. */
interface Layout {
  readonly sizes: Int32Array;
  /** Where the value of each hole begins. */
  readonly offsets: Int32Array;
  /** What is fixed, with the headers; zeros in the holes. */
  readonly skeleton: Uint8Array;
}

/** Sizes that are remembered by a template; whose values come in more than these measures anew now and then. */
const mostLayouts = 128;
/** Octets of a layout that is worth remembering. */
const mostRemembered = 16_384;

/**
 * A DER structure that is prepared once and written many times: what is fixed is encoded beforehand, lengths are computed inside
 * out and remembered for values of the same sizes, and each writing makes one allocation. Certificates, revocation lists and time-stamp
 * tokens are built with it. The values of holes are ready-made elements or raw content, as the place demands; the template does not look
 * into them.
 *
 * @example
 * const template = new DerTemplate(around(TAG.sequence, der.oid('1.2.3'), around(TAG.octetString, hole('digest', 32))));
 * const bytes = template.write({ digest });
 */
export class DerTemplate<Name extends string> {
  readonly #steps: readonly Step[];
  /** The holes, in the order in which they stand. */
  readonly #names: readonly Name[];
  /** Octets of each hole, or -1 where they differ. */
  readonly #fixed: Int32Array;
  readonly #layouts: Map<number, Layout> = new Map();
  /** Of a template whose holes all have a fixed size. */
  readonly #only: Layout | undefined;

  /** Throws {@link Asn1Error} `asn1.value_invalid` when two holes have one name. */
  constructor(root: TemplatePart<Name>) {
    this.#steps = compile(root);
    const holes = this.#steps.flatMap((step) => (step.kind === 'hole' ? [step] : []));
    this.#names = holes.map(({ name }) => name as Name);
    if (new Set(this.#names).size < holes.length) throw invalid('template');
    this.#fixed = Int32Array.from(holes, ({ size }) => size ?? -1);
    if (!this.#fixed.includes(-1)) this.#only = this.#layOut(this.#fixed);
  }

  /** Octets of what is written when every hole has a fixed size. */
  get size(): number | undefined {
    return this.#only?.skeleton.length;
  }

  /** Where the value of a hole begins, when every hole has a fixed size: for patching a buffer that is used again and again. */
  offsetOf(name: Name): number | undefined {
    return this.#only?.offsets[this.#names.indexOf(name)];
  }

  /**
   * The encoding with `values` in the holes, as one new array. Throws {@link Asn1Error} `asn1.value_invalid` when a value of a fixed
   * hole has another size.
   */
  write(values: Readonly<Record<Name, Uint8Array>>): Uint8Array {
    return this.fill(this.#names.map((name) => values[name]));
  }

  /** As `write`, with the values in the order in which their holes stand: for who writes very often. */
  fill(values: readonly Uint8Array[]): Uint8Array {
    const { skeleton, offsets } = this.#layoutFor(values);
    const bytes = allocate(skeleton.length);
    bytes.set(skeleton);
    for (let index = 0; index < offsets.length; index += 1)
      bytes.set(values[index] as Uint8Array, offsets[index] as number);
    return bytes;
  }

  /**
   * Puts `values` into bytes that this template wrote at `start` of `target`; holes that are not given keep their bytes. For
   * templates of fixed size only. Throws {@link Asn1Error} `asn1.value_invalid`.
   */
  patch(target: Uint8Array, values: Readonly<Partial<Record<Name, Uint8Array>>>, start: number = 0): void {
    for (let index = 0; index < this.#names.length; index += 1) {
      const name = this.#names[index] as Name;
      const value: Uint8Array | undefined = values[name];
      if (value === undefined) continue;
      if (!this.#only || value.length !== this.#fixed[index]) throw invalid(name);
      target.set(value, start + (this.#only.offsets[index] as number));
    }
  }

  #layoutFor(values: readonly Uint8Array[]): Layout {
    let key = 0;
    for (let index = 0; index < this.#fixed.length; index += 1)
      key = (Math.imul(key, 31) + (values[index] as Uint8Array).length) | 0;
    const known = this.#only ?? this.#layouts.get(key);
    if (known && fits(known.sizes, values)) return known;
    const sizes = Int32Array.from(this.#names, (_, index) => (values[index] as Uint8Array).length);
    for (const [index, size] of this.#fixed.entries())
      if (size !== -1 && size !== sizes[index]) throw invalid(this.#names[index] as Name);
    const layout = this.#layOut(sizes);
    if (layout.skeleton.length > mostRemembered) return layout;
    if (this.#layouts.size >= mostLayouts) this.#layouts.clear();
    this.#layouts.set(key, layout);
    return layout;
  }

  /** Lengths of all steps, from the last to the first, so that every header knows the length of what stands after it. */
  #measure(sizes: Int32Array): { readonly lengths: Int32Array; readonly contents: Int32Array } {
    const lengths = new Int32Array(this.#steps.length);
    const contents = new Int32Array(this.#steps.length);
    let hole = sizes.length;
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      const step = this.#steps[index] as Step;
      if (step.kind === 'bytes') lengths[index] = step.bytes.length;
      else if (step.kind === 'hole') {
        hole -= 1;
        lengths[index] = sizes[hole] ?? 0;
      } else {
        let content = 0;
        for (let inner = index + 1; inner <= index + step.steps; inner += 1) content += lengths[inner] ?? 0;
        contents[index] = content;
        lengths[index] = headerSize(content);
      }
    }
    return { lengths, contents };
  }

  #layOut(sizes: Int32Array): Layout {
    const { lengths, contents } = this.#measure(sizes);
    const skeleton = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    const offsets: number[] = [];
    let at = 0;
    for (const [index, step] of this.#steps.entries()) {
      if (step.kind === 'bytes') skeleton.set(step.bytes, at);
      else if (step.kind === 'hole') offsets.push(at);
      else writeHeader(skeleton, at, step.tag, contents[index] ?? 0);
      at += lengths[index] ?? 0;
    }
    return { sizes, offsets: Int32Array.from(offsets), skeleton };
  }
}

function fits(sizes: Int32Array, values: readonly Uint8Array[]): boolean {
  for (let index = 0; index < sizes.length; index += 1)
    if (sizes[index] !== (values[index] as Uint8Array).length) return false;
  return true;
}

/** Room for `size` octets that will all be written: out of a pool when they are few, since memory of its own costs more than the writing. */
function allocate(size: number): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(size);
  return new Uint8Array(buffer, byteOffset, size);
}

function invalid(what: string): Asn1Error {
  return new Asn1Error('asn1.value_invalid', { params: { what } });
}

function compile<Name extends string>(part: TemplatePart<Name>): Step[] {
  if (part instanceof Uint8Array) return [{ kind: 'bytes', bytes: part.slice() }];
  if ('hole' in part) return [{ kind: 'hole', name: part.hole, size: part.size }];
  const inner = merge(part.parts.flatMap((piece) => compile(piece)));
  const [only, ...more] = inner;
  if (more.length === 0 && (only === undefined || only.kind === 'bytes')) {
    return [{ kind: 'bytes', bytes: element(part.tag, only?.bytes ?? none) }];
  }
  const sizes = inner.map(fixedSize);
  if (sizes.every((size) => size !== undefined) && inner.every(({ kind }) => kind !== 'header')) {
    const content = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    return merge([{ kind: 'bytes', bytes: header(part.tag, content) }, ...inner]);
  }
  return [{ kind: 'header', tag: part.tag, steps: inner.length }, ...inner];
}

const none: Uint8Array = new Uint8Array(0);

function fixedSize(step: Step): number | undefined {
  if (step.kind === 'bytes') return step.bytes.length;
  return step.kind === 'hole' ? step.size : undefined;
}

/** Neighbouring fixed bytes as one, unless a header counts them: inside one element there is none that ends between two. */
function merge(steps: readonly Step[]): Step[] {
  if (steps.some(({ kind }) => kind === 'header')) return [...steps];
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (step.kind === 'bytes' && last?.kind === 'bytes')
      merged[merged.length - 1] = { kind: 'bytes', bytes: joined([last.bytes, step.bytes]) };
    else merged.push(step);
  }
  return merged;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
