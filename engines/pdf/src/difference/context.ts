import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfRef, type PdfValue } from '../objects.ts';
import type { ChangeList, PdfChangeVerdict } from './changes.ts';
import type { CompareOptions, DeepComparison, Difference } from './deep.ts';
import type { PageEntry } from './page-list.ts';
import type { SignaturePermissions } from './permissions.ts';

/** What a signature without DocMDP says nothing about: how changes of such kinds are judged then. */
export interface DifferencePolicy {
  /** Filling in fields that no signature locks, where no signature states permissions. Suspicious by default. */
  readonly formFilling: PdfChangeVerdict;
  /** Adding, changing and removing annotations, where no signature states permissions. Forbidden by default. */
  readonly annotations: PdfChangeVerdict;
  /** Further signatures in new fields whose look lies over content, where no signature states permissions. Suspicious by default. */
  readonly coveringSignatures: PdfChangeVerdict;
}

/** The policy used unless a caller states another. */
export const defaultDifferencePolicy: DifferencePolicy = {
  formFilling: 'suspicious',
  annotations: 'forbidden',
  coveringSignatures: 'suspicious',
};

/** What every part of the comparison works with. */
export interface Comparing {
  readonly before: PdfFile;
  readonly after: PdfFile;
  readonly deep: DeepComparison;
  readonly changes: ChangeList;
  readonly permissions: SignaturePermissions;
  readonly policy: DifferencePolicy;
  readonly touched: ReadonlySet<number>;

  /** The pages that a widget stands on, from 1, by the widget's object number, in the current document. */
  readonly pageNumbers: ReadonlyMap<number, readonly number[]>;
  /** Widgets that belong to fields, in either revision. */
  readonly owned: ReadonlySet<PdfDict>;
  /** Pages of the signed revision by the number that they have in the current document. */
  readonly pagesBefore: ReadonlyMap<number, PageEntry>;
}

/** How filling in a field is judged under the permissions in force (table 257). */
export function fillingVerdict({ permissions, policy }: Comparing): PdfChangeVerdict {
  if (permissions.level === undefined) return policy.formFilling;
  return permissions.level >= 2 ? 'allowed' : 'forbidden';
}

/** How annotations are judged under the permissions in force (table 257). */
export function annotationVerdict({ permissions, policy }: Comparing): PdfChangeVerdict {
  if (permissions.level === undefined) return policy.annotations;
  return permissions.level === 3 ? 'allowed' : 'forbidden';
}

/** The object number of a reference. */
export const numberOf = (value: PdfValue | undefined): number | undefined =>
  value instanceof PdfRef ? value.number : undefined;

/**
 * Whether a list that named an object rightly names it by a generation now that it has not: strict readers find nothing there any more (ISO 32000-2 clause
 * 7.3.10).
 */
export function isMisnamedNow({ after, before }: Comparing, [old, now]: readonly [PdfValue, PdfValue]): boolean {
  return now instanceof PdfRef && after.misnames(now) && !(old instanceof PdfRef && before.misnames(old));
}

/** Compares the values of a key in two dictionaries and hands the place of the first difference on. */
export function differs(
  comparing: Comparing,
  values: readonly [PdfValue | undefined, PdfValue | undefined],
  options?: CompareOptions,
): Difference | undefined {
  const [before, after] = values;
  if (before === undefined && after === undefined) return undefined;
  return comparing.deep.difference(before, after, options);
}

/** A rectangle with its corners in order, or undefined. */
export function rectangleOf(file: PdfFile, value: PdfValue | undefined): [number, number, number, number] | undefined {
  const numbers = file.array(value).map((item) => file.get(item));
  if (numbers.length !== 4 || !numbers.every((item): item is number => typeof item === 'number')) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}
