import type { PdfDict } from '../objects.ts';
import { type Comparing, rectangleOf } from './context.ts';
import type { FieldEntry } from './field-tree.ts';
import { type FieldDifferences, fieldDetail, judgeProperties, onlyReadOnly, pagesOf } from './fields.ts';
import { coversContent } from './ink.ts';
import { drawsNothing } from './looks.ts';
import { isLocked } from './permissions.ts';

/** Keys that may change when a signature field is signed. */
const signingKeys: readonly string[] = ['V', 'AP', 'AS', 'F', 'MK', 'DA', 'Border', 'BS', 'H'];

/** Square units from which a look takes a fifth of a page or more. */
const largeArea = 100_000;

function isTimestamp({ after }: Comparing, signature: PdfDict): boolean {
  return after.name(signature.get('SubFilter')) === 'ETSI.RFC3161';
}

function certifies({ after }: Comparing, signature: PdfDict): boolean {
  return after
    .array(signature.get('Reference'))
    .some((item) => after.name(after.dict(item)?.get('TransformMethod')) === 'DocMDP');
}

/** A field that was not there when the document was signed: a further signature, a time-stamp, or room for one. */
export function addedSignatureField(comparing: Comparing, field: FieldEntry): void {
  const { changes, permissions, after } = comparing;
  const detail = fieldDetail(comparing, field);
  const signature = after.dict(field.dict.get('V'));
  const actions = [field.dict, ...field.widgets.map(({ dict }) => dict)].some(
    (dict) => dict.has('A') || dict.has('AA'),
  );
  if (actions) changes.add('pdf.change_action', detail);
  // An empty field brings no value that a lock could keep, and a time-stamp is no change (clause 12.8.2.2.2).
  if (signature && isLocked(permissions.locks, field.name) && !isTimestamp(comparing, signature)) {
    changes.add('pdf.change_field_locked', detail);
  }
  if (signature) judgeSignature(comparing, field, signature);
  else if (field.dict.has('V')) changes.add('pdf.change_signature_incomplete', detail);
  else if (permissions.level === 1) changes.add('pdf.change_signature_not_permitted', detail);
  else changes.add('pdf.change_signature_field_added', detail);
  judgeCover(comparing, field, false);
}

/** A signature that came later: a time-stamp always may, another one unless the document was certified against any change. */
function judgeSignature(comparing: Comparing, field: FieldEntry, signature: PdfDict): void {
  const { changes, permissions, after } = comparing;
  const detail = fieldDetail(comparing, field);
  if (after.array(signature.get('ByteRange')).length !== 4 || after.get(signature.get('Contents')) === null) {
    changes.add('pdf.change_signature_incomplete', detail);
  }
  if (certifies(comparing, signature)) changes.add('pdf.change_certification_late', detail);
  if (isTimestamp(comparing, signature)) changes.add('pdf.change_timestamp_added', detail);
  else if (permissions.level === 1) changes.add('pdf.change_signature_not_permitted', detail);
  else changes.add('pdf.change_signature_added', detail);
}

/** A new look may not lie over what was signed; a field that was there already has the place that the signer saw. */
function judgeCover(comparing: Comparing, field: FieldEntry, wasThere: boolean): void {
  const { after, before, changes, permissions, policy } = comparing;
  for (const widget of field.widgets) {
    const rect = rectangleOf(after, widget.dict.get('Rect'));
    if (!rect || drawsNothing(after, widget.dict)) continue;
    const large = (rect[2] - rect[0]) * (rect[3] - rect[1]) >= largeArea;
    if (wasThere && !large) continue;
    const pages = pagesOf(comparing, widget).flatMap((number) => comparing.pagesBefore.get(number) ?? []);
    if (!pages.some((page) => coversContent(before, page, { rect }))) continue;
    const verdict = permissions.level === undefined && !large ? policy.coveringSignatures : 'forbidden';
    changes.add('pdf.change_signature_covers_content', { ...fieldDetail(comparing, field), verdict });
  }
}

/** A signature field that was there: signed now, or signed before and then not to be touched. */
export function changedSignatureField(
  comparing: Comparing,
  before: FieldEntry,
  { field, changed }: { readonly field: FieldEntry; readonly changed: FieldDifferences },
): void {
  const { changes, permissions } = comparing;
  const detail = fieldDetail(comparing, field);
  const old = comparing.before.dict(before.dict.get('V'));
  const now = comparing.after.dict(field.dict.get('V'));
  const tolerated = new Set<string>(['V']);
  if (changed.has('Ff') && onlyReadOnly(before, field)) tolerated.add('Ff');
  if (old) {
    if (changed.has('V')) changes.add(now ? 'pdf.change_signature_replaced' : 'pdf.change_signature_removed', detail);
    if (changed.has('AP') || changed.has('AS')) changes.add('pdf.change_signature_appearance', detail);
    for (const key of ['AP', 'AS']) tolerated.add(key);
  } else if (now) {
    if (isLocked(permissions.locks, field.name) && !isTimestamp(comparing, now))
      changes.add('pdf.change_field_locked', detail);
    judgeSignature(comparing, field, now);
    judgeCover(comparing, field, true);
    for (const key of signingKeys) tolerated.add(key);
  } else if (changed.has('V')) changes.add('pdf.change_signature_incomplete', detail);
  judgeProperties(comparing, { field, changed }, tolerated);
}
