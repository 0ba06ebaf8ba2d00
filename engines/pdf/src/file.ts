import { type PdfProblem, type PdfProblemCode, PdfSyntaxError } from './errors.ts';
import { Budget, defaultLimits, type PdfLimits } from './limits.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, type PdfValue } from './objects.ts';
import { decodeStream } from './wire/filters.ts';
import { readIndirect } from './wire/indirect.ts';
import { Parser } from './wire/parser.ts';
import { rebuildSection } from './wire/rebuild.ts';
import { readSections, sameEntry, type XrefEntry, type XrefSection } from './wire/xref.ts';

/**
 * A PDF opened for reading: knows its revisions and resolves objects, within {@link PdfLimits}. It never throws for what a
 * file holds; whatever is wrong is added to `problems` and reads as null.
 */
export class PdfFile {
  readonly bytes: Uint8Array;
  readonly limits: PdfLimits;
  readonly budget: Budget;
  readonly problems: PdfProblem[] = [];
  /** Cross-reference sections, newest first; one made up section when the file's own could not be used. */
  sections: readonly XrefSection[] = [];
  /** Whether the objects were found by scanning because the cross-references are broken. */
  rebuilt = false;
  private entries: ReadonlyMap<number, XrefEntry> = new Map();
  private readonly cache = new Map<number, PdfValue>();
  private readonly open = new Set<number>();
  private readonly containers = new Map<number, ReadonlyMap<number, PdfValue>>();
  private decoded = 0;
  private readonly later: PdfFile | undefined;
  /** Where the objects that were read end, by number. */
  private readonly ends = new Map<number, number>();

  /**
   * @param later the same bytes with more after them: what both hold at the same place is read there, once, so that objects
   * which no update touched are the same JavaScript objects on both sides
   */
  constructor(bytes: Uint8Array, limits: PdfLimits = defaultLimits, later?: PdfFile) {
    this.bytes = bytes;
    this.limits = limits;
    this.later = later;
    this.budget = later?.budget ?? new Budget(limits.parsedBytes);
    try {
      this.use(readSections(bytes, limits, this.budget));
    } catch (error) {
      this.note(error);
    }
    if (!this.catalog) this.rebuild();
  }

  /** The trailer of the newest section. */
  get trailer(): PdfDict {
    return this.sections[0]?.trailer ?? new PdfDict();
  }

  /** The document catalog (ISO 32000-2 clause 7.7.2), or undefined. */
  get catalog(): PdfDict | undefined {
    const root = this.dict(this.trailer.get('Root'));
    return root?.has('Pages') ? root : undefined;
  }

  /** Adds a problem. */
  report(code: PdfProblemCode, params: PdfProblem['params'] = {}): void {
    if (this.problems.length < 100) this.problems.push({ code, params });
  }

  /** Adds a caught fault as a problem; anything but a reader's fault is thrown again. */
  note(error: unknown): void {
    if (!(error instanceof PdfSyntaxError)) throw error;
    this.report(error.problem, { detail: error.message });
  }

  private use(sections: readonly XrefSection[]): void {
    const entries = new Map<number, XrefEntry>();
    for (const section of [...sections].reverse()) {
      for (const [number, entry] of section.entries) entries.set(number, entry);
    }
    this.sections = sections;
    this.entries = entries;
    this.cache.clear();
    this.containers.clear();
  }

  private rebuild(): void {
    this.rebuilt = true;
    this.report('pdf.xref_rebuilt');
    this.use([rebuildSection(this.bytes, this.limits, this.budget)]);
    this.addContainedObjects();
    if (!this.catalog) this.report('pdf.catalog_missing');
  }

  /** After a rebuild, lists the objects inside object streams, which no scan can see. */
  private addContainedObjects(): void {
    const entries = new Map(this.entries);
    for (const [number, entry] of this.entries) {
      if (entry.kind !== 'offset') continue;
      const value = this.get(new PdfRef(number));
      const type = value instanceof PdfStream ? value.dict.get('Type') : undefined;
      if (!(type instanceof PdfName) || type.name !== 'ObjStm') continue;
      for (const inner of this.containedIn(number)) {
        if (!entries.has(inner)) entries.set(inner, { kind: 'compressed', stream: number, index: 0 });
      }
    }
    this.entries = entries;
    if (this.trailer.get('Root') instanceof PdfRef) return;
    for (const number of entries.keys()) {
      const type = this.dict(new PdfRef(number))?.get('Type');
      if (type instanceof PdfName && type.name === 'Catalog') this.trailer.set('Root', new PdfRef(number));
    }
  }

  /** Numbers of the objects in an object stream, as far as it can be read. */
  private containedIn(number: number): readonly number[] {
    try {
      return [...this.container(number).keys()];
    } catch (error) {
      this.note(error);
      return [];
    }
  }

  /** Where object `number` lies in the newest revision. */
  entry(number: number): XrefEntry | undefined {
    return this.entries.get(number);
  }

  /** Object numbers in use. */
  numbers(): Iterable<number> {
    return this.entries.keys();
  }

  /** `value`, or the object it refers to; null when that is missing or broken. */
  get(value: PdfValue | undefined): PdfValue {
    let current = value ?? null;
    for (let hops = 0; current instanceof PdfRef && hops < 16; hops += 1) current = this.object(current);
    return current instanceof PdfRef ? null : current;
  }

  /** The dictionary that `value` is, refers to or, for a stream, has. */
  dict(value: PdfValue | undefined): PdfDict | undefined {
    const found = this.get(value);
    if (found instanceof PdfStream) return found.dict;
    return found instanceof PdfDict ? found : undefined;
  }

  /** The array that `value` is or refers to; empty when it is none. */
  array(value: PdfValue | undefined): readonly PdfValue[] {
    const found = this.get(value);
    return Array.isArray(found) ? found : [];
  }

  /** Whether a reference gives another generation than the object has: strict readers then find nothing (ISO 32000-2 clause 7.3.10). */
  misnames({ generation, number }: PdfRef): boolean {
    const entry = this.entries.get(number);
    if (!entry || entry.kind === 'free') return false;
    return generation !== (entry.kind === 'offset' ? entry.generation : 0);
  }

  /** The name that `value` is or refers to. */
  name(value: PdfValue | undefined): string | undefined {
    const found = this.get(value);
    return found instanceof PdfName ? found.name : undefined;
  }

  private object(ref: PdfRef): PdfValue {
    const cached = this.cache.get(ref.number);
    if (cached !== undefined) return cached;
    if (this.open.has(ref.number)) return null;
    this.open.add(ref.number);
    let value: PdfValue = null;
    try {
      value = this.sharesWithLater(ref.number) ? (this.later?.get(ref) ?? null) : this.read(ref.number);
    } catch (error) {
      this.note(error);
    } finally {
      this.open.delete(ref.number);
    }
    this.cache.set(ref.number, value);
    return value;
  }

  /** Whether an object that stands in the file by itself can be read and ends within the first `length` bytes. */
  endsBy(number: number, length: number): boolean {
    this.get(new PdfRef(number));
    return (this.ends.get(number) ?? Number.POSITIVE_INFINITY) <= length;
  }

  /** Whether object `number` lies at the same place in the later file, inside the same unchanged object stream if in one. */
  private sharesWithLater(number: number): boolean {
    const [own, other] = [this.entries.get(number), this.later?.entry(number)];
    if (!own || !other || !sameEntry(own, other)) return false;
    // An object that was cut off where this file ends reads on into what follows there.
    if (own.kind === 'offset') return this.later?.endsBy(number, this.bytes.length) ?? false;
    if (own.kind !== 'compressed') return true;
    const container = this.later?.entry(own.stream);
    const before = this.entries.get(own.stream);
    if (!container || !before || !sameEntry(before, container)) return false;
    const stream = this.get(new PdfRef(own.stream));
    return stream instanceof PdfStream && ![...stream.dict.values()].some((value) => value instanceof PdfRef);
  }

  private read(number: number): PdfValue {
    const entry = this.entries.get(number);
    if (!entry || entry.kind === 'free') return null;
    if (this.budget.spent) throw new PdfSyntaxError('pdf.limit_reached', 'bytes parsed');
    if (entry.kind === 'compressed') return this.container(entry.stream).get(number) ?? null;
    const object = readIndirect(this.bytes, entry.offset, {
      depth: this.limits.depth,
      budget: this.budget,
      lengthOf: (ref) => this.lengthOf(ref),
    });
    if (object.number !== number) {
      throw new PdfSyntaxError('pdf.object_unreadable', `${object.number} where ${number} should be`);
    }
    this.ends.set(number, object.end);
    return object.value;
  }

  private lengthOf(ref: PdfRef): number | undefined {
    const value = this.get(ref);
    return typeof value === 'number' ? value : undefined;
  }

  /** Objects of an object stream by number (clause 7.5.7). */
  private container(number: number): ReadonlyMap<number, PdfValue> {
    const known = this.containers.get(number);
    if (known) return known;
    const objects = new Map<number, PdfValue>();
    this.containers.set(number, objects);
    const entry = this.entries.get(number);
    const stream = entry?.kind === 'offset' ? this.get(new PdfRef(number)) : null;
    if (!(stream instanceof PdfStream)) throw new PdfSyntaxError('pdf.object_unreadable', `object stream ${number}`);
    const data = this.decode(stream);
    const count = this.get(stream.dict.get('N'));
    const first = this.get(stream.dict.get('First'));
    if (typeof count !== 'number' || typeof first !== 'number' || count > this.limits.objects || first > data.length) {
      throw new PdfSyntaxError('pdf.object_unreadable', `object stream ${number}`);
    }
    const head: Parser = new Parser(data, 0, this.limits.depth);
    for (let index = 0; index < count; index += 1) {
      const inner = head.value();
      const offset = head.value();
      if (typeof inner !== 'number' || typeof offset !== 'number') head.fail('object stream');
      objects.set(inner, new Parser(data, first + offset, this.limits.depth).value());
    }
    return objects;
  }

  /** Decoded bytes of `stream`. Throws {@link PdfSyntaxError} for unknown filters, broken data or too much of it. */
  decode(stream: PdfStream): Uint8Array {
    const dict = new PdfDict(stream.dict);
    for (const key of ['Filter', 'DecodeParms']) {
      const value = this.get(dict.get(key));
      dict.set(key, Array.isArray(value) ? value.map((item: PdfValue) => this.get(item)) : value);
    }
    const data = decodeStream(dict, stream.raw, this.limits.decodedBytes - this.decoded);
    this.decoded += data.length;
    return data;
  }
}
