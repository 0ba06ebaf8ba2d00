import type { PdfDict, PdfValue } from '../objects.ts';
import { type ArchiveFindings, placeOf, treeValues } from './findings.ts';

const kinds: ReadonlySet<string> = new Set(['GoTo', 'GoToR', 'GoToE', 'Thread', 'URI', 'Named', 'SubmitForm']);
const named: ReadonlySet<string> = new Set(['NextPage', 'PrevPage', 'FirstPage', 'LastPage']);

/** The action of an annotation or outline item, with those that follow it, and what sets off more (clause 6.5). */
export function checkActions(findings: ArchiveFindings, holder: PdfDict, place: string): void {
  if (holder.has('AA')) {
    const events = findings.file.dict(holder.get('AA'));
    for (const action of events?.values() ?? []) checkAction(findings, action, place);
  }
  checkAction(findings, holder.get('A'), place);
}

/** One action with those that follow it. */
export function checkAction(findings: ArchiveFindings, value: PdfValue | undefined, place: string): void {
  const { file } = findings;
  const seen = new Set<PdfDict>();
  const waiting: (PdfValue | undefined)[] = [value];
  for (let at = 0; at < waiting.length && seen.size < 1000; at += 1) {
    const action = file.dict(waiting[at]);
    if (!action || seen.has(action)) continue;
    seen.add(action);
    const kind = file.name(action.get('S')) ?? '';
    const where = placeOf(waiting[at], place);
    findings.demand(kinds.has(kind), 'pdfa.action_type', `${where} ${kind}`.trim());
    if (kind === 'Named') findings.demand(named.has(file.name(action.get('N')) ?? ''), 'pdfa.action_named', where);
    const next = file.get(action.get('Next'));
    if (Array.isArray(next)) waiting.push(...(next as readonly PdfValue[]));
    else waiting.push(action.get('Next'));
  }
}

/** Actions of the document: on opening, in outlines, scripts by name (clauses 6.5.1 and 6.5.2). */
export function checkDocumentActions(findings: ArchiveFindings): void {
  const { file } = findings;
  const { catalog } = file;
  if (!catalog) return;
  findings.demand(!catalog.has('AA'), 'pdfa.additional_actions', 'catalog');
  const opening = catalog.get('OpenAction');
  if (!Array.isArray(file.get(opening))) checkAction(findings, opening, 'catalog');
  const scripts = file.dict(catalog.get('Names'))?.get('JavaScript');
  for (const script of treeValues(file, scripts)) checkAction(findings, script, placeOf(script, 'catalog'));
  const seen = new Set<PdfDict>();
  const waiting: (PdfValue | undefined)[] = [file.dict(catalog.get('Outlines'))?.get('First')];
  for (let next = waiting.pop(); next !== undefined && seen.size < file.limits.nodes; next = waiting.pop()) {
    const item = file.dict(next);
    if (!item || seen.has(item)) continue;
    seen.add(item);
    checkActions(findings, item, placeOf(next, 'outline'));
    waiting.push(item.get('Next') ?? null, item.get('First') ?? null);
  }
}
