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

/**
 * A DER structure that is prepared once and written many times: what is fixed is encoded beforehand, lengths are computed inside
 * out, and each writing makes one allocation. Certificates, revocation lists and time-stamp tokens are built with it. The values
 * of holes are ready-made elements or raw content, as the place demands; the template does not look into them.
 *
 * @example
 * const template = new DerTemplate(around(TAG.sequence, der.oid('1.2.3'), around(TAG.octetString, hole('digest', 32))));
 * const bytes = template.write({ digest });
 */
export class DerTemplate<Name extends string> {
  readonly #steps: readonly Step[];
  readonly #lengths: Int32Array;
  readonly #skeleton: Uint8Array | undefined;
  readonly #offsets: ReadonlyMap<string, number>;
  /** The holes; `offset` only in a template of fixed size. */
  readonly #places: readonly {
    readonly name: string;
    readonly size: number | undefined;
    readonly offset: number | undefined;
  }[];

  /** Throws {@link Asn1Error} `asn1.value_invalid` when two holes have one name. */
  constructor(root: TemplatePart<Name>) {
    this.#steps = compile(root);
    this.#lengths = new Int32Array(this.#steps.length);
    const names = this.#steps.flatMap((step) => (step.kind === 'hole' ? [step.name] : []));
    if (new Set(names).size < names.length) throw invalid('template');
    const fixed = this.#steps.every((step) => step.kind !== 'hole' || step.size !== undefined);
    const offsets = new Map<string, number>();
    if (fixed) this.#skeleton = this.#writeSteps(blank(this.#steps), offsets);
    this.#offsets = offsets;
    this.#places = this.#steps.flatMap((step) =>
      step.kind === 'hole' ? [{ name: step.name, size: step.size, offset: offsets.get(step.name) }] : [],
    );
  }

  /** Octets of what is written when every hole has a fixed size. */
  get size(): number | undefined {
    return this.#skeleton?.length;
  }

  /** Where the value of a hole begins, when every hole has a fixed size: for patching a buffer that is used again and again. */
  offsetOf(name: Name): number | undefined {
    return this.#offsets.get(name);
  }

  /**
   * The encoding with `values` in the holes, as one new array. Throws {@link Asn1Error} `asn1.value_invalid` when a value of a fixed
   * hole has another size.
   */
  write(values: Readonly<Record<Name, Uint8Array>>): Uint8Array {
    if (this.#skeleton) {
      const bytes = allocate(this.#skeleton.length);
      bytes.set(this.#skeleton);
      this.patch(bytes, values);
      return bytes;
    }
    for (const step of this.#steps) {
      if (step.kind === 'hole' && step.size !== undefined && values[step.name as Name].length !== step.size)
        throw invalid(step.name);
    }
    return this.#writeSteps(values);
  }

  /**
   * Puts `values` into bytes that this template wrote at `start` of `target`; holes that are not given keep their bytes. For
   * templates of fixed size only. Throws {@link Asn1Error} `asn1.value_invalid`.
   */
  patch(target: Uint8Array, values: Readonly<Partial<Record<Name, Uint8Array>>>, start: number = 0): void {
    for (const { name, size, offset } of this.#places) {
      const value = values[name as Name];
      if (value === undefined) continue;
      if (offset === undefined || value.length !== size) throw invalid(name);
      target.set(value, start + offset);
    }
  }

  /** From the last step to the first, so that every header knows the length of what stands after it. */
  #measure(values: Readonly<Record<string, Uint8Array>>): void {
    const lengths = this.#lengths;
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      const step = this.#steps[index] as Step;
      if (step.kind === 'bytes') lengths[index] = step.bytes.length;
      else if (step.kind === 'hole') lengths[index] = (values[step.name] as Uint8Array).length;
      else {
        let content = 0;
        for (let inner = index + 1; inner <= index + step.steps; inner += 1) content += lengths[inner] ?? 0;
        lengths[index] = headerSize(content);
      }
    }
  }

  #writeSteps(values: Readonly<Record<string, Uint8Array>>, offsets?: Map<string, number>): Uint8Array {
    this.#measure(values);
    const lengths = this.#lengths;
    let size = 0;
    for (let index = 0; index < lengths.length; index += 1) size += lengths[index] ?? 0;
    const bytes = allocate(size);
    let at = 0;
    for (let index = 0; index < this.#steps.length; index += 1) {
      const step = this.#steps[index] as Step;
      if (step.kind === 'bytes') bytes.set(step.bytes, at);
      else if (step.kind === 'hole') {
        bytes.set(values[step.name] as Uint8Array, at);
        offsets?.set(step.name, at);
      } else {
        let content = 0;
        for (let inner = index + 1; inner <= index + step.steps; inner += 1) content += lengths[inner] ?? 0;
        writeHeader(bytes, at, step.tag, content);
      }
      at += lengths[index] ?? 0;
    }
    return bytes;
  }
}

/** Room for `size` octets that will all be written: out of a pool when they are few, since memory of its own costs more than the writing. */
function allocate(size: number): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(size);
  return new Uint8Array(buffer, byteOffset, size);
}

function invalid(what: string): Asn1Error {
  return new Asn1Error('asn1.value_invalid', { params: { what } });
}

function blank(steps: readonly Step[]): Record<string, Uint8Array> {
  return Object.fromEntries(
    steps.flatMap((step) => (step.kind === 'hole' ? [[step.name, new Uint8Array(step.size ?? 0)]] : [])),
  );
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
