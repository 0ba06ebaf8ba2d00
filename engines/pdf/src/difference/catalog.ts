import { PdfDict, PdfName, PdfRef, PdfStream, type PdfValue } from '../objects.ts';
import type { PdfChangeCode } from './changes.ts';
import { annotationVerdict, type Comparing, differs, numberOf } from './context.ts';
import { compareForm } from './form.ts';
import { compareStructureTree } from './structure-tree.ts';

type Values = readonly [PdfValue | undefined, PdfValue | undefined];

/** Trailer keys that each update writes anew (ISO 32000-2 tables 15 and 17). */
const sectionKeys: ReadonlySet<string> = new Set([
  'Size',
  'Prev',
  'XRefStm',
  'Type',
  'W',
  'Index',
  'Length',
  'Filter',
  'DecodeParms',
]);

/** Catalog entries by what a change of them is. Those with a comparison of their own are not here. */
const codes: ReadonlyMap<string, PdfChangeCode> = new Map([
  ['OpenAction', 'pdf.change_action'],
  ['AA', 'pdf.change_action'],
  ['URI', 'pdf.change_action'],
  ['AF', 'pdf.change_embedded_file'],
  ['Collection', 'pdf.change_embedded_file'],
  ['OCProperties', 'pdf.change_layers'],
  ['Outlines', 'pdf.change_outline'],
  ['Threads', 'pdf.change_outline'],
  ['Dests', 'pdf.change_names'],
  ['ViewerPreferences', 'pdf.change_viewer'],
  ['PageMode', 'pdf.change_viewer'],
  ['PageLayout', 'pdf.change_viewer'],
  ['PageLabels', 'pdf.change_viewer'],
  ['Lang', 'pdf.change_structure_text'],
  ['MarkInfo', 'pdf.change_structure'],
  ['PieceInfo', 'pdf.change_private_data'],
  ['SpiderInfo', 'pdf.change_private_data'],
  ['LastModified', 'pdf.change_private_data'],
  ['Extensions', 'pdf.change_extensions'],
]);

const names: ReadonlyMap<string, PdfChangeCode> = new Map([
  ['JavaScript', 'pdf.change_action'],
  ['EmbeddedFiles', 'pdf.change_embedded_file'],
]);

/** Compares the trailers: root, identifier, information, encryption (ISO 32000-2 clause 7.5.5). */
export function compareTrailer(comparing: Comparing): void {
  const { before, after, changes } = comparing;
  const [old, now] = [before.trailer, after.trailer];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (sectionKeys.has(key)) continue;
    const values: Values = [old.get(key), now.get(key)];
    if (key === 'Root') compareRoot(comparing, values);
    else if (key === 'ID') compareIdentifier(comparing, values);
    else if (differs(comparing, values)) {
      if (key === 'Info') changes.add('pdf.change_information', { path: '/Info', object: numberOf(values[1]) });
      else if (key === 'Encrypt') changes.add('pdf.change_encryption', { path: '/Encrypt' });
      else {
        // Only the integrity code of ISO/TS 32004 means something to a reader; any other key is some program's own.
        const verdict = key === 'AuthCode' ? 'suspicious' : 'allowed';
        changes.add('pdf.change_trailer', { path: `/${key}`, verdict, params: { key } });
      }
    }
  }
}

/** The catalog may move to another object: it is compared by what it holds. */
function compareRoot({ changes }: Comparing, [before, after]: Values): void {
  const same = before instanceof PdfRef && after instanceof PdfRef && before.number === after.number;
  if (!same) changes.add('pdf.change_catalog_replaced', { path: '/Root', object: numberOf(after) });
}

/** The first half of the identifier should stay the same through all updates (clause 14.4); many writers change it. */
function compareIdentifier(comparing: Comparing, [before, after]: Values): void {
  const { changes } = comparing;
  const [old] = comparing.before.array(before);
  const [now] = comparing.after.array(after);
  if (old !== undefined && differs(comparing, [old, now])) changes.add('pdf.change_identifier', { path: '/ID[0]' });
}

const apart: ReadonlySet<string> = new Set(['Pages', 'AcroForm', 'Type']);

/** Compares the catalog (clause 7.7.2); pages and fields are compared on their own. */
export function compareCatalog(comparing: Comparing): void {
  const { before, after, changes } = comparing;
  const [old, now] = [before.catalog ?? new PdfDict(), after.catalog ?? new PdfDict()];
  const object = numberOf(after.trailer.get('Root'));
  if (now !== old && now.repeated.length > 0)
    changes.add('pdf.change_key_repeated', { path: '/Root', object, params: { key: now.repeated[0] ?? '' } });
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (!apart.has(key)) compareEntry(comparing, key, [old.get(key), now.get(key)]);
  }
  compareForm(comparing);
}

function compareEntry(comparing: Comparing, key: string, values: Values): void {
  const { changes } = comparing;
  if (key === 'Names') {
    compareNames(comparing, values);
    return;
  }
  const found = differs(comparing, values);
  if (!found) return;
  const path = `/Root/${key}${found.path}`;
  const object = found.object ?? numberOf(values[1]) ?? numberOf(comparing.after.trailer.get('Root'));
  if (key === 'DSS') {
    compareValidationData(comparing, values);
    return;
  }
  if (key === 'Metadata') {
    compareMetadata(comparing, values);
    return;
  }
  if (key === 'Perms') {
    comparePerms(comparing, values);
    return;
  }
  if (key === 'StructTreeRoot') {
    compareStructureTree(comparing, values);
    return;
  }
  if (key === 'Version') {
    const version = comparing.after.get(values[1]);
    const proper = version instanceof PdfName && /^[12]\.\d$/.test(version.name);
    changes.add(proper ? 'pdf.change_extensions' : 'pdf.change_catalog_entry', {
      path,
      object,
      params: { key },
    });
    return;
  }
  changes.add(codes.get(key) ?? 'pdf.change_catalog_entry', { path, object, params: { key } });
}

/** Validation data may be added and, since it proves itself, dropped (clause 12.8.4.3, ETSI EN 319 142-1 clause 5.4.2). */
function compareValidationData(comparing: Comparing, values: Values): void {
  const object = numberOf(values[1]);
  const now = comparing.after.dict(values[1]);
  const grown = now !== undefined && hasAllOf(comparing, values);
  comparing.changes.add(grown ? 'pdf.change_validation_data' : 'pdf.change_validation_data_removed', {
    path: '/Root/DSS',
    object,
  });
}

/** Whether the lists of the security store kept at least as many entries as they had. */
function hasAllOf({ before, after }: Comparing, values: Values): boolean {
  const [old, now] = [before.dict(values[0]), after.dict(values[1])];
  return ['Certs', 'OCSPs', 'CRLs'].every(
    (key) => after.array(now?.get(key)).length >= before.array(old?.get(key)).length,
  );
}

function compareMetadata(comparing: Comparing, values: Values): void {
  const now = comparing.after.get(values[1]);
  const proper =
    now === null || (now instanceof PdfStream && comparing.after.name(now.dict.get('Type')) === 'Metadata');
  const code = proper ? 'pdf.change_metadata' : 'pdf.change_catalog_entry';
  comparing.changes.add(code, { path: '/Root/Metadata', object: numberOf(values[1]), params: { key: 'Metadata' } });
}

/** A certification may neither come after a signature nor go (clause 12.8.6); usage rights may go. */
function comparePerms(comparing: Comparing, values: Values): void {
  const [old, now] = [comparing.before.dict(values[0]), comparing.after.dict(values[1])];
  for (const key of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
    if (!differs(comparing, [old?.get(key), now?.get(key)])) continue;
    if (key.startsWith('UR') && now?.get(key) === undefined) continue;
    const late = key === 'DocMDP' && old?.get(key) === undefined;
    comparing.changes.add(late ? 'pdf.change_certification_late' : 'pdf.change_certification', {
      path: `/Root/Perms/${key}`,
    });
  }
}

function compareNames(comparing: Comparing, values: Values): void {
  const [old, now] = [comparing.before.dict(values[0]), comparing.after.dict(values[1])];
  for (const key of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
    const found = differs(comparing, [old?.get(key), now?.get(key)]);
    if (!found) continue;
    const detail = { path: `/Root/Names/${key}${found.path}`, object: found.object, params: { key } };
    // Looks that comments share come with the comments.
    if (key === 'AP' && !old?.has('AP'))
      comparing.changes.add('pdf.change_names', { ...detail, verdict: annotationVerdict(comparing) });
    else comparing.changes.add(names.get(key) ?? 'pdf.change_names', detail);
  }
}
