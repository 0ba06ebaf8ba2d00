import { PdfDict, PdfRef, PdfString, type PdfValue, textOf } from '../objects.ts';
import { type ArchiveFindings, placeOf, treeValues } from './findings.ts';

/** Forms (clauses 6.4.1 and 6.4.2). */
export function checkForm(findings: ArchiveFindings): void {
  const { file } = findings;
  const { catalog } = file;
  findings.demand(file.get(catalog?.get('NeedsRendering')) !== true, 'pdfa.xfa', 'catalog');
  const form = file.dict(catalog?.get('AcroForm'));
  if (!form) return;
  findings.demand(file.get(form.get('NeedAppearances')) !== true, 'pdfa.need_appearances', 'form');
  findings.demand(!form.has('XFA'), 'pdfa.xfa', 'form');
  const seen = new Set<PdfDict>();
  const waiting: PdfValue[] = [...file.array(form.get('Fields'))];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const field = file.dict(next);
    if (!field || seen.has(field)) continue;
    if (seen.size >= file.limits.nodes) {
      findings.complete = false;
      return;
    }
    seen.add(field);
    findings.demand(!field.has('AA'), 'pdfa.field_action', placeOf(next, 'form'));
    waiting.push(...file.array(field.get('Kids')));
  }
}

/** Permissions and what a reader would have to be able to do (clauses 6.1.12, 6.10 and 6.11). */
export function checkCatalog(findings: ArchiveFindings): void {
  const { file } = findings;
  const { catalog } = file;
  const permissions = [...(file.dict(catalog?.get('Perms'))?.keys() ?? [])];
  const known = permissions.every((key) => key === 'UR3' || key === 'DocMDP');
  findings.demand(known, 'pdfa.permissions', 'catalog');
  const presentations = file.dict(catalog?.get('Names'))?.has('AlternatePresentations') ?? false;
  findings.demand(!presentations, 'pdfa.alternate_presentations', 'catalog');
  findings.demand(!catalog?.has('Requirements'), 'pdfa.requirements', 'catalog');
}

const mediaType = /^[-\w+.]+\/[-\w+.]+$/;

/** Embedded files (clause 6.8): type, names, relationship, and that something in the document refers to each. */
export function checkEmbeddedFiles(findings: ArchiveFindings): void {
  const { file } = findings;
  const { associated, specifications } = fileReferences(findings);
  for (const [dict, place] of specifications) {
    const embedded = file.dict(dict.get('EF'));
    if (!embedded) continue;
    const types = [...embedded.values()].map((stream) => file.name(file.dict(stream)?.get('Subtype')));
    findings.demand(
      types.every((type) => type !== undefined && mediaType.test(type)),
      'pdfa.file_type',
      place,
    );
    const named = ['F', 'UF'].every((key) => file.get(dict.get(key)) instanceof PdfString);
    findings.demand(named, 'pdfa.file_names', place);
    findings.demand(file.name(dict.get('AFRelationship')) !== undefined, 'pdfa.file_relationship', place);
    findings.demand(associated.has(dict), 'pdfa.file_not_associated', place);
  }
}

interface FileReferences {
  readonly specifications: ReadonlyMap<PdfDict, string>;
  readonly associated: ReadonlySet<PdfDict>;
}

/** File specifications with embedded files, and those that an AF entry of any object names. */
function fileReferences({ file }: ArchiveFindings): FileReferences {
  const specifications = new Map<PdfDict, string>();
  const associated = new Set<PdfDict>();
  const visit = (dict: PdfDict, place: string): void => {
    if (file.dict(dict.get('EF')) && !specifications.has(dict)) specifications.set(dict, place);
    const held = file.get(dict.get('AF'));
    const list = Array.isArray(held) ? (held as readonly PdfValue[]) : [held];
    for (const item of list) {
      const specification = file.dict(item);
      if (specification) associated.add(specification);
    }
  };
  const names = file.dict(file.catalog?.get('Names'))?.get('EmbeddedFiles');
  for (const item of treeValues(file, names)) {
    const dict = file.dict(item);
    if (dict) visit(dict, placeOf(item, 'embedded file'));
  }
  for (const number of file.numbers()) {
    const entry = file.entry(number);
    if (!entry || entry.kind === 'free') continue;
    const found = file.dict(new PdfRef(number));
    if (found) for (const dict of [found, ...innerDicts(found)]) visit(dict, `object ${number}`);
  }
  return { specifications, associated };
}

/** Dictionaries that stand directly in another one. */
function innerDicts(dict: PdfDict): readonly PdfDict[] {
  return [...dict.values()].filter((value): value is PdfDict => value instanceof PdfDict);
}

/** Optional content (clause 6.9). */
export function checkLayers(findings: ArchiveFindings): void {
  const { file } = findings;
  const properties = file.dict(file.catalog?.get('OCProperties'));
  if (!properties) return;
  const all = new Set(file.array(properties.get('OCGs')).flatMap((item) => file.dict(item) ?? []));
  const names = new Set<string>();
  for (const item of [properties.get('D'), ...file.array(properties.get('Configs'))]) {
    const configuration = file.dict(item);
    if (!configuration) continue;
    const held = file.get(configuration.get('Name'));
    const name = held instanceof PdfString ? textOf(held) : '';
    findings.demand(name !== '' && !names.has(name), 'pdfa.layer_name', 'layers');
    names.add(name);
    findings.demand(!configuration.has('AS'), 'pdfa.layer_usage', 'layers');
    if (!configuration.has('Order')) continue;
    const listed = ordered(findings, configuration.get('Order'));
    findings.demand(
      [...all].every((layer) => listed.has(layer)),
      'pdfa.layer_order',
      'layers',
    );
  }
}

function ordered({ file }: ArchiveFindings, order: PdfValue | undefined): ReadonlySet<PdfDict> {
  const found = new Set<PdfDict>();
  const waiting: PdfValue[] = [...file.array(order)];
  for (let steps = 0; waiting.length > 0 && steps < file.limits.nodes; steps += 1) {
    const value = file.get(waiting.pop());
    if (value instanceof PdfDict) found.add(value);
    else if (Array.isArray(value)) waiting.push(...(value as readonly PdfValue[]));
  }
  return found;
}
