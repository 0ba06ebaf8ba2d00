import { equalBytes } from '@tra/kernel';
import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../objects.ts';

/** The first place where two values differ. */
export interface Difference {
  readonly path: string;
  /** Number of the innermost object around the place, in the newer file or else in the older one. */
  readonly object: number | undefined;
}

/** How {@link DeepComparison.difference} compares. */
export interface CompareOptions {
  /** Whether links to pages, annotations and fields are followed like anything else: for what is drawn. */
  readonly strict?: boolean;
  /** Keys of the outermost dictionary that are compared elsewhere. */
  readonly skip?: ReadonlySet<string>;
}

interface Run extends CompareOptions {
  readonly stack: Step[];
  readonly local: Set<string>;
}

interface Step {
  readonly before: PdfValue;
  readonly after: PdfValue;
  readonly key: string;
  readonly parent: Step | undefined;
  readonly object: number | undefined;
}

/** Keys that lead back or to what is compared elsewhere: they decide nothing about the object that has them. */
const backwards: ReadonlySet<string> = new Set(['Parent', 'P', 'Prev', 'Last', 'IRT', 'Popup']);
const leadsBack = (values: readonly (PdfValue | undefined)[]): boolean =>
  values.every((value) => value === undefined || value instanceof PdfRef);
const encodingKeys: ReadonlySet<string> = new Set(['Length', 'Filter', 'DecodeParms', 'DL']);

function pathOf(step: Step | undefined): string {
  const keys: string[] = [];
  for (let at = step; at; at = at.parent) keys.unshift(at.key);
  return keys.join('');
}

/** Compares values of two revisions by what they mean, whatever their object numbers; loops and depth cost nothing. */
export class DeepComparison {
  private readonly before: PdfFile;
  private readonly after: PdfFile;
  private readonly touched: ReadonlySet<number>;
  private readonly ownPlaces: ReadonlySet<number>;
  private readonly equal = { strict: new Set<string>(), linked: new Set<string>() };
  /** Numbers of the newer file's objects that a comparison has looked at. */
  readonly reached: Set<number> = new Set();
  /** Dictionaries of changed objects that give a key twice. */
  readonly repeated: { readonly object: number | undefined; readonly key: string }[] = [];
  private steps = 0;

  /**
   * @param ownPlaces numbers of pages, annotations and fields: compared in their own place, so that a link to one is held only to
   * lead to the same one
   */
  constructor(before: PdfFile, after: PdfFile, sets: { touched: ReadonlySet<number>; ownPlaces: ReadonlySet<number> }) {
    this.before = before;
    this.after = after;
    this.touched = sets.touched;
    this.ownPlaces = sets.ownPlaces;
  }

  /** The first difference, or undefined. A link to a page, annotation or field must lead to the same one unless `strict`. */
  difference(
    before: PdfValue | undefined,
    after: PdfValue | undefined,
    options: CompareOptions = {},
  ): Difference | undefined {
    const local = new Set<string>();
    const run: Run = { stack: [], local, ...options };
    run.stack.push({ before: before ?? null, after: after ?? null, key: '', parent: undefined, object: undefined });
    for (let step = run.stack.pop(); step; step = run.stack.pop()) {
      this.steps += 1;
      if (this.steps > this.after.limits.objects * 8) throw new PdfSyntaxError('pdf.limit_reached', 'objects compared');
      const found = this.compare(step, run);
      if (found) return found;
    }
    if (options.skip && before instanceof PdfRef) return undefined;
    for (const pair of local) this.equal[options.strict ? 'strict' : 'linked'].add(pair);
    return undefined;
  }

  private compare(step: Step, run: Run): Difference | undefined {
    const [left, right] = [step.before, step.after];
    if (!(left instanceof PdfRef) && !(right instanceof PdfRef)) return this.compareValues(step, left, right, run);
    const pair = `${left instanceof PdfRef ? left.number : '-'}:${right instanceof PdfRef ? right.number : '-'}`;
    const wasMisnamed = left instanceof PdfRef && this.before.misnames(left);
    if (right instanceof PdfRef && !wasMisnamed && this.after.misnames(right)) {
      return { path: pathOf(step), object: step.object };
    }
    if (left instanceof PdfRef && right instanceof PdfRef) {
      if (this.equal.strict.has(pair) || run.local.has(pair)) return undefined;
      if (!run.strict && this.equal.linked.has(pair)) return undefined;
      if (!run.strict && (step.parent || !run.skip) && this.linked(left, right)) return undefined;
      run.local.add(pair);
    }
    if (right instanceof PdfRef) this.reached.add(right.number);
    const [old, now] = [this.before.get(left), this.after.get(right)];
    const object = right instanceof PdfRef ? right.number : left instanceof PdfRef ? left.number : step.object;
    if (now instanceof PdfDict && right instanceof PdfRef) this.noteRepeated(now, right.number);
    return this.compareValues({ ...step, object }, old, now, run);
  }

  private linked(left: PdfRef, right: PdfRef): boolean {
    return left.number === right.number && this.ownPlaces.has(left.number);
  }

  private noteRepeated(dict: PdfDict, object: number): void {
    const [key] = dict.repeated;
    if (key !== undefined && this.touched.has(object)) this.repeated.push({ object, key });
  }

  private compareValues(step: Step, left: PdfValue, right: PdfValue, run: Run): Difference | undefined {
    const differs = (): Difference => ({ path: pathOf(step), object: step.object });
    if (Array.isArray(left) || Array.isArray(right)) {
      if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return differs();
      for (let index = 0; index < left.length; index += 1) {
        this.push(step, run.stack, `[${index}]`, [left[index], right[index]]);
      }
      return undefined;
    }
    if (left instanceof PdfStream || right instanceof PdfStream) {
      if (!(left instanceof PdfStream) || !(right instanceof PdfStream) || !this.sameData(left, right))
        return differs();
      const encoding = left === right ? undefined : encodingKeys;
      this.pushEntries(step, run.stack, [left.dict, right.dict], encoding);
      return undefined;
    }
    if (left instanceof PdfDict && right instanceof PdfDict) {
      this.pushEntries(step, run.stack, [left, right], step.parent ? undefined : run.skip);
      return undefined;
    }
    return sameAtom(left, right) ? undefined : differs();
  }

  private pushEntries(step: Step, stack: Step[], pair: readonly [PdfDict, PdfDict], skip?: ReadonlySet<string>): void {
    const [left, right] = pair;
    for (const key of left === right ? left.keys() : new Set([...left.keys(), ...right.keys()])) {
      const values = [left.get(key), right.get(key)] as const;
      if (skip?.has(key) || (backwards.has(key) && leadsBack(values))) continue;
      this.push(step, stack, `/${key}`, values);
    }
  }

  private push(
    parent: Step,
    stack: Step[],
    key: string,
    values: readonly [PdfValue | undefined, PdfValue | undefined],
  ): void {
    const [before = null, after = null] = values;
    if (before === after && (before === null || typeof before !== 'object' || before instanceof PdfName)) return;
    stack.push({ before, after, key, parent, object: parent.object });
  }

  /** Whether two streams hold the same data: encoded the same way, or the same once decoded. */
  private sameData(left: PdfStream, right: PdfStream): boolean {
    if (left === right) return true;
    // Written again with a length that leads elsewhere: what it holds is then the choice of each reader.
    if (right.lengthDiffers && right.start !== left.start) return false;
    const plain = (dict: PdfDict): boolean => ['Filter', 'DecodeParms', 'F', 'FFilter'].every((key) => !dict.has(key));
    if (plain(left.dict) && plain(right.dict)) return equalBytes(left.raw, right.raw);
    if (equalBytes(left.raw, right.raw)) return this.sameEncoding(left.dict, right.dict);
    if (left.dict.has('F') || right.dict.has('F')) return false;
    try {
      return equalBytes(this.before.decode(left), this.after.decode(right));
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      return false;
    }
  }

  private sameEncoding(left: PdfDict, right: PdfDict): boolean {
    const own = new DeepComparison(this.before, this.after, { touched: this.touched, ownPlaces: new Set() });
    return ['Filter', 'DecodeParms', 'F', 'FFilter'].every((key) => !own.difference(left.get(key), right.get(key)));
  }
}

function sameAtom(left: PdfValue, right: PdfValue): boolean {
  if (left instanceof PdfName) return right instanceof PdfName && left.name === right.name;
  if (left instanceof PdfString) return right instanceof PdfString && equalBytes(left.bytes, right.bytes);
  return left === right;
}
