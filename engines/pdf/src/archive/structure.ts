import { PdfDict, PdfString, type PdfValue, textOf } from '../objects.ts';
import type { ArchiveFindings } from './findings.ts';

const standard: ReadonlySet<string> = new Set(
  (
    'Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody ' +
    'TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby Warichu RB RT RP WT WP Figure Formula Form'
  ).split(' '),
);

const language = /^[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*$/;

/** Logical structure, which level A demands (clause 6.7). */
export function checkStructure(findings: ArchiveFindings): void {
  const { file, level } = findings;
  const { catalog } = file;
  if (level !== 'A' || !catalog) return;
  const marked = file.get(file.dict(catalog.get('MarkInfo'))?.get('Marked')) === true;
  findings.demand(marked, 'pdfa.not_marked', 'catalog');
  checkLanguage(findings, catalog, 'catalog');
  const root = file.dict(catalog.get('StructTreeRoot'));
  findings.demand(root !== undefined, 'pdfa.structure_missing', 'catalog');
  if (!root) return;
  const roles = file.dict(root.get('RoleMap'));
  const types = new Set<string>();
  visitElements(findings, root, (element) => {
    const type = file.name(element.get('S'));
    if (type !== undefined) types.add(type);
    checkLanguage(findings, element, 'structure');
  });
  for (const type of types) findings.demand(isMapped(findings, type, roles), 'pdfa.role_map', type.slice(0, 60));
  for (const type of roles?.keys() ?? []) findings.demand(!standard.has(type), 'pdfa.role_map', type.slice(0, 60));
}

function checkLanguage(findings: ArchiveFindings, holder: PdfDict, place: string): void {
  const held = findings.file.get(holder.get('Lang'));
  if (!(held instanceof PdfString)) return;
  const text = textOf(held);
  findings.demand(text === '' || language.test(text), 'pdfa.language', place);
}

/** Whether the role map leads from a type to a standard one. */
function isMapped({ file }: ArchiveFindings, type: string, roles: PdfDict | undefined): boolean {
  let current: string | undefined = type;
  for (let steps = 0; current !== undefined && steps < 32; steps += 1) {
    if (standard.has(current)) return true;
    current = file.name(roles?.get(current));
  }
  return false;
}

function visitElements(findings: ArchiveFindings, root: PdfDict, visit: (element: PdfDict) => void): void {
  const { file } = findings;
  const seen = new Set<PdfDict>([root]);
  const waiting: (PdfValue | undefined)[] = [root.get('K')];
  while (waiting.length > 0) {
    const value = file.get(waiting.pop());
    if (Array.isArray(value)) waiting.push(...(value as readonly PdfValue[]));
    if (!(value instanceof PdfDict) || seen.has(value)) continue;
    if (seen.size >= file.limits.objects) {
      findings.complete = false;
      return;
    }
    seen.add(value);
    visit(value);
    waiting.push(value.get('K'));
  }
}
