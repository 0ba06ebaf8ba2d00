import type { FieldLockData, PdfModificationsData, PdfRevisionData } from '../signature.ts';
import { present, truth, type View, whole } from './element.ts';

const permissions: Readonly<Record<string, 1 | 2 | 3>> = {
  NO_CHANGE_PERMITTED: 1,
  MINIMAL_CHANGES_PERMITTED: 2,
  CHANGES_PERMITTED: 3,
};

/** PDFRevision. */
export function readRevision(view: View): PdfRevisionData | undefined {
  if (!view.present) return undefined;
  const dictionary = view.child('PDFSignatureDictionary');
  const range = dictionary.child('SignatureByteRange');
  const detection = view.child('ModificationDetection');
  const lock = view.all('SignatureField').find((field) => field.child('SigFieldLock').present);
  const modified = detection
    .child('ObjectModifications')
    .children.flatMap((change) => change.all('FieldName').flatMap(({ text }) => text ?? []));
  return present<PdfRevisionData>({
    fields: view.all('SignatureField').flatMap((field) => field.attribute('name') ?? []),
    byteRange: (range.text ?? '').split(/\s+/).flatMap((part) => whole(part) ?? []),
    byteRangeValid: truth(range.attribute('valid')) ?? true,
    dictionaryConsistent: truth(dictionary.attribute('consistent')) ?? true,
    filter: dictionary.child('Filter').text,
    subFilter: dictionary.child('SubFilter').text,
    reason: dictionary.child('Reason').text,
    location: dictionary.child('Location').text,
    docMdp: permissions[dictionary.child('DocMDP').child('Permissions').text ?? ''],
    fieldMdp: readLock(dictionary.child('FieldMDP')),
    sigFieldLock: lock && readLock(lock.child('SigFieldLock')),
    modifiedFields: modified.length === 0 ? undefined : modified,
    modifications: detection.present ? readModifications(detection) : undefined,
  });
}

function readLock(view: View): FieldLockData | undefined {
  if (!view.present) return undefined;
  const text = (view.child('Action').text ?? view.attribute('Action') ?? 'ALL').toLowerCase();
  return present<FieldLockData>({
    action: text === 'include' || text === 'exclude' ? text : 'all',
    fields: view.entries('Fields', 'Field').flatMap(({ text: name }) => name ?? []),
    permissions: permissions[view.child('Permissions').text ?? ''],
  });
}

const pages = (views: readonly View[]): number[] =>
  views.map((view) => whole(view.attribute('page')) ?? whole(view.text) ?? 0);
const names = (views: readonly View[]): string[] =>
  views.map((view) => view.attribute('action') ?? view.text ?? view.name);

function readModifications(view: View): PdfModificationsData {
  const objects = view.child('ObjectModifications');
  return {
    pageDifferences: pages(view.all('PageDifference')),
    annotationOverlaps: pages(view.all('AnnotationOverlap')),
    visualDifferences: pages(view.all('VisualDifference')),
    extension: names(objects.all('ExtensionChange')),
    signatureOrFormFill: names(objects.all('SignatureOrFormFill')),
    annotations: names(objects.all('AnnotationChange')),
    undefinedChanges: names(objects.all('Undefined')),
  };
}
