import type { Check, SignatureReport } from '../../api/types.ts';

/** One change after signing, with its place on a page where it has one. */
export interface Change {
  readonly check: Check;
  /** From 1, in the newest version; in the signed one when the page was taken out. */
  readonly page?: number;
  /** Left, bottom, right, top in the units of the page. */
  readonly rect?: readonly [number, number, number, number];
  /** The page stands only in the signed version. */
  readonly removedPage: boolean;
  /** What the change is about stands only in the signed version. */
  readonly removed: boolean;
}

/** The changes that a report lists for a signature: checks whose code begins with `pdf.change_`, gravest first as they come. */
export function changesOf(signature: SignatureReport): readonly Change[] {
  return signature.checks.filter(({ code }) => code.startsWith('pdf.change_')).map(changeOf);
}

function changeOf(check: Check): Change {
  const page = Number(check.params?.page);
  const rect = String(check.params?.rect ?? '')
    .split(' ')
    .map(Number);
  const [left, bottom, right, top] = rect;
  const isPlace = rect.length === 4 && rect.every(Number.isFinite);
  return {
    check,
    removedPage: check.code === 'pdf.change_page_removed',
    removed: check.code.endsWith('_removed'),
    ...(Number.isInteger(page) && page > 0 ? { page } : {}),
    ...(isPlace ? { rect: [left ?? 0, bottom ?? 0, right ?? 0, top ?? 0] as const } : {}),
  };
}

/** Signatures of a PDF whose signed version can be cut out of the file. */
export function withVersions(signatures: readonly SignatureReport[]): readonly SignatureReport[] {
  return signatures.filter(({ revision }) => revision !== undefined && revision.signedEnd > 0);
}

/** The signature whose signed version tells most: the gravest changes, then the oldest version. */
export function mostChanged(signatures: readonly SignatureReport[]): SignatureReport | undefined {
  const grave = ['unchanged', 'allowed', 'suspicious', 'forbidden'];
  const weight = ({ revision }: SignatureReport): number => grave.indexOf(revision?.changes ?? 'unchanged');
  return [...withVersions(signatures)].sort(
    (left, right) => weight(right) - weight(left) || (left.revision?.signedEnd ?? 0) - (right.revision?.signedEnd ?? 0),
  )[0];
}
