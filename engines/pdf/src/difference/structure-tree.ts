import type { PdfFile } from '../file.ts';
import { PdfDict, PdfRef, type PdfValue } from '../objects.ts';
import { type Comparing, differs } from './context.ts';

type Values = readonly [PdfValue | undefined, PdfValue | undefined];

/** What words for those who listen to a document stand in. */
const spoken: readonly string[] = ['ActualText', 'Alt', 'E', 'Lang', 'T'];
/** What any update of the tree brings along. */
const bookkeeping: readonly string[] = ['ParentTreeNextKey', 'P', 'Type'];

const kidsOf = (file: PdfFile, value: PdfValue | undefined): readonly PdfValue[] => {
  const held = file.get(value);
  return Array.isArray(held) ? held : held === null ? [] : [value ?? null];
};

/**
 * Compares the structure tree (ISO 32000-2 clause 14.7): elements for new fields and comments may be added; a change of what an element
 * says is forbidden, other changes are suspicious.
 */
export function compareStructureTree(comparing: Comparing, values: Values): void {
  new TreeComparison(comparing).run(values);
}

class TreeComparison {
  private readonly comparing: Comparing;
  private readonly seen = new Set<PdfDict>();

  constructor(comparing: Comparing) {
    this.comparing = comparing;
  }

  run([before, after]: Values): void {
    const { changes } = this.comparing;
    const old = this.comparing.before.dict(before) ?? new PdfDict();
    const now = this.comparing.after.dict(after);
    if (!now) {
      changes.add('pdf.change_structure', { path: '/Root/StructTreeRoot' });
      return;
    }
    changes.add('pdf.change_structure_extended', { path: '/Root/StructTreeRoot' });
    const stack: { old: PdfDict; now: PdfDict; path: string }[] = [{ old, now, path: '/Root/StructTreeRoot' }];
    for (let item = stack.pop(); item; item = stack.pop()) {
      if (this.seen.has(item.now) || this.seen.size > this.comparing.after.limits.objects) continue;
      this.seen.add(item.now);
      stack.push(...this.element(item));
    }
  }

  private element({
    old,
    now,
    path,
  }: {
    old: PdfDict;
    now: PdfDict;
    path: string;
  }): { old: PdfDict; now: PdfDict; path: string }[] {
    const { changes } = this.comparing;
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      if (key === 'K' || bookkeeping.includes(key)) continue;
      if (!differs(this.comparing, [old.get(key), now.get(key)])) continue;
      if (key === 'ParentTree' && this.parentTreeKept(old.get(key), now.get(key))) continue;
      if (!old.has(key) && ['RoleMap', 'ClassMap', 'ParentTree', 'IDTree', 'Namespaces'].includes(key)) continue;
      changes.add(spoken.includes(key) ? 'pdf.change_structure_text' : 'pdf.change_structure', {
        path: `${path}/${key}`,
      });
    }
    return this.kids(kidsOf(this.comparing.before, old.get('K')), kidsOf(this.comparing.after, now.get('K')), path);
  }

  /** Children that were there stay in their order; what comes between them must belong to a field or a comment. */
  private kids(
    old: readonly PdfValue[],
    now: readonly PdfValue[],
    path: string,
  ): { old: PdfDict; now: PdfDict; path: string }[] {
    const { before, after, changes } = this.comparing;
    const pairs: { old: PdfDict; now: PdfDict; path: string }[] = [];
    let at = 0;
    for (const [index, kid] of now.entries()) {
      const expected = old[at];
      if (expected !== undefined && sameKid(expected, kid)) {
        const [left, right] = [before.dict(expected), after.dict(kid)];
        if (left && right) pairs.push({ old: left, now: right, path: `${path}/K[${index}]` });
        at += 1;
      } else if (!this.isForAnnotation(kid, 0)) changes.add('pdf.change_structure', { path: `${path}/K[${index}]` });
    }
    if (at < old.length) changes.add('pdf.change_structure', { path: `${path}/K` });
    return pairs;
  }

  /** An element that holds nothing but references to annotations (clause 14.7.5.3). */
  private isForAnnotation(value: PdfValue, depth: number): boolean {
    const { after } = this.comparing;
    const dict = after.dict(value);
    if (!dict || depth > 16 || spoken.some((key) => key !== 'T' && key !== 'Lang' && key !== 'Alt' && dict.has(key)))
      return false;
    if (after.name(dict.get('Type')) === 'OBJR') return after.dict(dict.get('Obj'))?.has('Rect') === true;
    const kids = kidsOf(after, dict.get('K'));
    return kids.every((kid) => this.isForAnnotation(kid, depth + 1));
  }

  /** Every key of the old number tree leads to the same elements in the new one. */
  private parentTreeKept(before: PdfValue | undefined, after: PdfValue | undefined): boolean {
    const [old, now] = [numberTree(this.comparing.before, before), numberTree(this.comparing.after, after)];
    for (const [key, value] of old) {
      const other = now.get(key);
      const [left, right] = [this.comparing.before.get(value), this.comparing.after.get(other)];
      if (Array.isArray(left) && Array.isArray(right)) {
        if (!left.every((item: PdfValue, index) => sameKid(item, right[index]))) return false;
      } else if (!sameKid(value, other)) return false;
    }
    return true;
  }
}

function sameKid(left: PdfValue | undefined, right: PdfValue | undefined): boolean {
  if (left instanceof PdfRef || right instanceof PdfRef) {
    return left instanceof PdfRef && right instanceof PdfRef && left.number === right.number;
  }
  if (left instanceof PdfDict || right instanceof PdfDict) {
    if (!(left instanceof PdfDict) || !(right instanceof PdfDict)) return false;
    return left.get('MCID') === right.get('MCID') && sameKid(left.get('Obj'), right.get('Obj'));
  }
  return left === right;
}

function numberTree(file: PdfFile, root: PdfValue | undefined): Map<number, PdfValue> {
  const found = new Map<number, PdfValue>();
  const seen = new Set<PdfDict>();
  const stack: (PdfValue | undefined)[] = [root];
  while (stack.length > 0) {
    const node = file.dict(stack.pop());
    if (!node || seen.has(node) || seen.size > file.limits.nodes) continue;
    seen.add(node);
    const numbers = file.array(node.get('Nums'));
    for (let index = 0; index + 1 < numbers.length; index += 2) {
      const key = file.get(numbers[index]);
      if (typeof key === 'number') found.set(key, numbers[index + 1] ?? null);
    }
    stack.push(...file.array(node.get('Kids')));
  }
  return found;
}
