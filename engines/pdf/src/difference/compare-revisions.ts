import { PdfSyntaxError } from '../errors.ts';
import { PdfFile } from '../file.ts';
import { defaultLimits, type PdfLimits } from '../limits.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString } from '../objects.ts';
import { revisionBytes, revisionsOf } from '../revisions.ts';
import { compareCatalog, compareTrailer } from './catalog.ts';
import { ChangeList, type PdfChange, type PdfChangeVerdict } from './changes.ts';
import { type Comparing, type DifferencePolicy, defaultDifferencePolicy } from './context.ts';
import { DeepComparison } from './deep.ts';
import { type FieldEntry, readFieldTree } from './field-tree.ts';
import { compareFields } from './fields.ts';
import { overlappingAnnotations } from './ink.ts';
import { type PageEntry, readPages } from './page-list.ts';
import { comparePages } from './pages.ts';
import { readPermissions, type SignaturePermissions } from './permissions.ts';
import { compareStructure, touchedObjects } from './structure.ts';

/** What changed in a document after one of its signatures. */
export interface RevisionDifference {
  /** `unchanged` when nothing follows what is signed; else the worst verdict of all changes. */
  readonly verdict: 'unchanged' | PdfChangeVerdict;
  /** Number of the revision that the signature covers, from 1; 0 when its ByteRange is not usable. */
  readonly signedRevision: number;
  /** Number of the newest revision. */
  readonly currentRevision: number;
  /** Where the signed revision ends in the file, in bytes; {@link revisionBytes} gives it as a file of its own. */
  readonly signedEnd: number;
  readonly permissions: SignaturePermissions;
  /** At most 1000, in the order in which they were found. */
  readonly changes: readonly PdfChange[];
  /** Whether a page may show something else than the signer saw, the looks of further signatures apart. */
  readonly visiblyChanged: boolean;
  /** Pages of the current document, from 1, on which annotations overlap, whether they came later or not; none where nothing follows. */
  readonly overlappingAnnotationPages: readonly number[];
}

/** What {@link compareRevisions} needs to know of a signature: `PdfSignature` has it. */
export interface SignedRange {
  readonly byteRange: readonly number[];
}

/** Options of {@link compareRevisions}. */
export interface DifferenceOptions {
  readonly policy?: DifferencePolicy;
  readonly limits?: PdfLimits;
}

const noPermissions: SignaturePermissions = { level: undefined, certifies: false, locks: [] };

/**
 * Compares what each signature covers with the current document, object by object along its structure, and judges every change: DSS,
 * time-stamps and further signatures may come; filling in and comments where the signers permit it (ISO 32000-2 clauses 12.8.2.2,
 * 12.8.2.4 and 12.7.5.5, ETSI EN 319 142-1 clause 5.4); all else may not. Signatures themselves are not verified here. The result has one
 * entry for each of `signatures`, in their order. Never throws for what the bytes hold.
 *
 * @example
 * const { signatures } = readPdf(bytes);
 * const [difference] = compareRevisions(bytes, signatures);
 * if (difference.verdict === 'forbidden') console.log(difference.changes);
 */
export function compareRevisions(
  input: Uint8Array,
  signatures: readonly SignedRange[],
  options: DifferenceOptions = {},
): readonly RevisionDifference[] {
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const limits = options.limits ?? defaultLimits;
  if (bytes.length > limits.fileBytes || signatures.length === 0)
    return signatures.map(() => incomparable(bytes.length));
  const current = new Current(new PdfFile(bytes, limits));
  return signatures.map((signature) => differenceOf(current, signature, options.policy ?? defaultDifferencePolicy));
}

/** What the current document shows: read once for all signatures, and only when one of them covers less. */
interface Shown {
  readonly pages: readonly PageEntry[];
  /** Readers may show other pages than these. */
  readonly isAmbiguous: boolean;
  readonly fields: readonly FieldEntry[];
  readonly overlaps: readonly number[];
  readonly pageNumbers: ReadonlyMap<number, readonly number[]>;
}

class Current {
  readonly file: PdfFile;
  readonly revisions: readonly { readonly number: number; readonly end: number }[];
  private held: Shown | undefined;

  constructor(file: PdfFile) {
    this.file = file;
    this.revisions = revisionsOf(file);
  }

  get shown(): Shown {
    this.held ??= readShown(this.file);
    return this.held;
  }
}

function readShown(file: PdfFile): Shown {
  const { isAmbiguous, pages } = readPages(file);
  const pageNumbers = new Map<number, number[]>();
  for (const [index, page] of pages.entries()) {
    for (const item of file.array(page.dict.get('Annots'))) {
      if (item instanceof PdfRef) pageNumbers.set(item.number, [...(pageNumbers.get(item.number) ?? []), index + 1]);
    }
  }
  return {
    pages,
    isAmbiguous,
    fields: readFieldTree(file),
    overlaps: overlappingAnnotations(file, pages),
    pageNumbers,
  };
}

function incomparable(signedEnd: number): RevisionDifference {
  const changes = new ChangeList();
  changes.add('pdf.change_not_comparable', { path: '/' });
  return {
    verdict: 'suspicious',
    signedRevision: 0,
    currentRevision: 0,
    signedEnd,
    permissions: noPermissions,
    changes: changes.changes,
    visiblyChanged: false,
    overlappingAnnotationPages: [],
  };
}

function differenceOf(current: Current, signature: SignedRange, policy: DifferencePolicy): RevisionDifference {
  const { file, revisions } = current;
  const [start = 0, first = 0, second = 0, length = 0] = signature.byteRange;
  const end = second + length;
  const changes = new ChangeList();
  const whole =
    signature.byteRange.length === 4 && signature.byteRange.every((value) => Number.isSafeInteger(value) && value >= 0);
  const usable = whole && start === 0 && first > 0 && first < second && length > 0 && end <= file.bytes.length;
  let permissions = noPermissions;
  if (!usable) changes.add('pdf.change_revision_incomplete', { path: '/' });
  else permissions = compareWith(current, signature, { end, changes, policy });
  return {
    verdict: changes.worst ?? 'unchanged',
    signedRevision: usable ? revisions.filter((revision) => revision.end <= end + 2).length : 0,
    currentRevision: revisions.length,
    signedEnd: usable ? end : 0,
    permissions,
    changes: changes.changes,
    visiblyChanged: changes.visible,
    overlappingAnnotationPages: usable && end < file.bytes.length ? current.shown.overlaps : [],
  };
}

interface Task {
  readonly end: number;
  readonly changes: ChangeList;
  readonly policy: DifferencePolicy;
}

function compareWith(current: Current, signature: SignedRange, { end, changes, policy }: Task): SignaturePermissions {
  const after = current.file;
  const isLast = end === after.bytes.length;
  const before = isLast ? after : new PdfFile(revisionBytes(after.bytes, end), after.limits, after);
  let permissions = noPermissions;
  try {
    const fields = readFieldTree(before);
    const own = ownDictionary(before, fields, signature);
    permissions = readPermissions(before, own?.dict, own?.field.dict);
    compareStructure({ before, after }, changes);
    if (isLast || !before.catalog || !after.catalog) return permissions;
    if (!own) changes.add('pdf.change_signed_revision_unreadable', { path: '/' });
    compareDocuments(current, before, { fields, permissions, changes, policy });
    const cut = [...before.problems, ...after.problems].some(({ code }) => code === 'pdf.limit_reached');
    if (cut) changes.add('pdf.change_not_comparable', { path: '/' });
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    changes.add('pdf.change_not_comparable', { path: '/' });
  }
  return permissions;
}

/** The signature's own dictionary in the revision that it signs, found by the place of its Contents. */
function ownDictionary(
  file: PdfFile,
  fields: readonly FieldEntry[],
  signature: SignedRange,
): { dict: PdfDict; field: FieldEntry } | undefined {
  for (const field of fields) {
    const dict = file.dict(field.dict.get('V'));
    const contents = dict?.get('Contents');
    if (dict && contents instanceof PdfString && contents.start === signature.byteRange[1]) return { dict, field };
  }
  return undefined;
}

function compareDocuments(
  current: Current,
  before: PdfFile,
  task: Omit<Task, 'end'> & { fields: readonly FieldEntry[]; permissions: SignaturePermissions },
): void {
  const { changes, permissions, policy } = task;
  const after = current.file;
  const { shown } = current;
  const { isAmbiguous, nodes, pages } = readPages(before);
  const touched = touchedObjects({ before, after });
  if (touched.size === 0) return;
  const ownPlaces = placesOf(before, { pages, nodes, fields: task.fields });
  const deep = new DeepComparison(before, after, { touched, ownPlaces });
  const byRef = new Map(pages.map((page) => [page.ref?.number, page]));
  const pagesBefore = new Map<number, PageEntry>();
  for (const [index, page] of shown.pages.entries()) {
    const old = page.ref ? byRef.get(page.ref.number) : undefined;
    if (old) pagesBefore.set(index + 1, old);
  }
  const { pageNumbers } = shown;
  const owned = new Set([...task.fields, ...shown.fields].flatMap(({ widgets }) => widgets.map(({ dict }) => dict)));
  const comparing: Comparing = {
    before,
    after,
    deep,
    changes,
    permissions,
    policy,
    touched,
    pageNumbers,
    owned,
    pagesBefore,
  };
  compareTrailer(comparing);
  compareCatalog(comparing);
  compareFields(comparing, task.fields, shown.fields);
  comparePages(comparing, pages, shown.pages);
  if (shown.isAmbiguous && !isAmbiguous) changes.add('pdf.change_page_order', { path: '/Root/Pages' });
  judgeWidgets(comparing, shown);
  for (const { object, key } of deep.repeated)
    changes.add('pdf.change_key_repeated', { path: '/', object, params: { key } });
  listOthers(comparing, changes);
}

function placesOf(
  file: PdfFile,
  known: { pages: readonly PageEntry[]; nodes: ReadonlySet<number>; fields: readonly FieldEntry[] },
): Set<number> {
  const numbers = new Set(known.nodes);
  const add = (value: unknown): void => {
    if (value instanceof PdfRef && file.get(value) instanceof PdfDict) numbers.add(value.number);
  };
  add(file.trailer.get('Root'));
  for (const page of known.pages) {
    add(page.ref);
    for (const item of file.array(page.dict.get('Annots'))) add(item);
  }
  for (const field of known.fields) {
    if (field.ref !== undefined) numbers.add(field.ref);
    for (const widget of field.widgets) add(widget.value);
  }
  return numbers;
}

/** A widget that no field owns draws on a page like any picture. */
function judgeWidgets({ before, after, changes }: Comparing, shown: Shown): void {
  const owned = new Set(shown.fields.flatMap(({ widgets }) => widgets.map(({ dict }) => dict)));
  for (const [index, page] of shown.pages.entries()) {
    for (const item of after.array(page.dict.get('Annots'))) {
      const dict = after.dict(item);
      if (!dict || owned.has(dict) || after.name(dict.get('Subtype')) !== 'Widget') continue;
      if (item instanceof PdfRef && before.get(item) === dict) continue;
      const object = item instanceof PdfRef ? item.number : undefined;
      changes.add('pdf.change_widget_without_field', {
        path: page.path,
        page: index + 1,
        object,
        params: { page: index + 1 },
      });
    }
  }
}

/** Changed objects that no comparison met: parts of nothing that a reader shows, or moved without a change. */
function listOthers({ after, deep, touched }: Comparing, changes: ChangeList): void {
  const mentioned = new Set(changes.changes.map(({ object }) => object));
  for (const number of touched) {
    if (mentioned.has(number)) continue;
    const entry = after.entry(number);
    if (!entry || entry.kind === 'free') continue;
    const value = after.get(new PdfRef(number));
    if (entry.kind === 'offset' && !after.endsBy(number, after.bytes.length)) {
      changes.add('pdf.change_structure_broken', { path: `${number} 0 R`, object: number });
    }
    const type = value instanceof PdfStream ? value.dict.get('Type') : undefined;
    if (type instanceof PdfName && (type.name === 'XRef' || type.name === 'ObjStm')) continue;
    const code = deep.reached.has(number) ? 'pdf.change_object_rewritten' : 'pdf.change_object_unused';
    changes.add(code, { path: `${number} 0 R`, object: number });
  }
}
