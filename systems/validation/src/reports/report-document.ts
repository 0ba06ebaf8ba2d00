import type { Block, DocumentModel } from '@tra/document';
import type { ReportContent, ReportNode, ReportRow, ReportSignature, ReportStatement } from '@tra/signature';

/** Words of the document beside those of the content. */
export interface DocumentWords {
  readonly author: string;
  readonly checkColumn: string;
  readonly resultColumn: string;
  readonly attached: string;
  shortened(count: number): string;
}

/** What the document is made of. */
export interface DocumentSource {
  readonly content: ReportContent;
  readonly words: DocumentWords;
  /** Stands at the foot of each page. */
  readonly id: string;
  readonly created: Date;
  readonly attachments: DocumentModel['attachments'];
  /** Characters that the fonts of documents lack. */
  unsupported(text: string): readonly string[];
}

const maximumChecks = 1_500;
const maximumCharacters = 200_000;
const maximumSections = 1_000;

/**
 * A report as a document: the simple report first, then every check as an annex. It holds the same content as the page; an annex beyond what a document
 * takes ends with how many entries are left, which the attached data hold.
 */
export function reportDocument({ content, words, ...source }: DocumentSource): DocumentModel {
  const { headings, headline, language, title } = content;
  const printable = (text: string): string => settable(text, source.unsupported);
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: title },
    { kind: 'heading', level: 2, text: `${headline.word}: ${headline.text}` },
    { kind: 'rule' },
    ...section(headings.document, fields(content.document)),
    ...section(headings.answers, answers(content)),
    ...section(headings.advice, [content.advice, ...content.missing].map(paragraph)),
    ...section(
      headings.signatures,
      content.signatures.flatMap((signature) => signatureBlocks(signature, content)),
    ),
    ...section(headings.licence, fields(content.licence)),
    ...section(
      headings.attachments,
      content.attachments.flatMap(({ name, rows }) => [subheading(name), ...fields(rows)]),
    ),
    ...section(
      headings.structures,
      content.structures.flatMap(({ faults, notChecked, statement }) => [
        paragraph(said(statement)),
        ...faults.map((fault) => fine(said(fault))),
        ...(notChecked.length === 0 ? [] : [fine(`${headings.notChecked}: ${notChecked.join(' · ')}`)]),
      ]),
    ),
    ...section(headings.basis, fields(content.basis)),
    paragraph(words.attached),
    paragraph(headings.made),
    ...annex(content, words),
  ];
  return {
    language,
    title,
    author: words.author,
    created: source.created,
    id: source.id,
    blocks: blocks.map((block) => withTexts(block, printable)),
    attachments: source.attachments,
    footer: printable(title),
  };
}

function section(heading: string, blocks: readonly Block[]): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'heading', level: 2, text: heading, align: 'left' }, ...blocks];
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}

/** What holds is named in a few lines, so that what does not is found. */
function fine(text: string): Block {
  return { kind: 'paragraph', text, size: 9.5 };
}

function subheading(text: string): Block {
  return { kind: 'paragraph', text, size: 13 };
}

function fields(rows: readonly ReportRow[]): readonly Block[] {
  return rows.length === 0 ? [] : [{ kind: 'fields', rows: rows.map(({ label, value }) => ({ label, value })) }];
}

function answers(content: ReportContent): readonly Block[] {
  return content.answers.flatMap(({ mark, question, reasons, text, word }): readonly Block[] => [
    ...fields([{ label: question, value: `${word}: ${text}` }]),
    ...(mark === 'passed' ? [] : against(reasons)).map(
      (reason): Block => ({ kind: 'paragraph', text: said(reason), size: 10.5 }),
    ),
  ]);
}

/** The simple part says what speaks against; the annex holds the rest. */
function against(statements: readonly ReportStatement[]): readonly ReportStatement[] {
  return statements.filter(({ mark }) => mark === 'failed' || mark === 'indeterminate').slice(0, 20);
}

function said({ source, text, word }: ReportStatement): string {
  return source === undefined ? `${word}: ${text}` : `${word}: ${text} [${source}]`;
}

function signatureBlocks(signature: ReportSignature, { headings }: ReportContent): readonly Block[] {
  const { chain, rows, statement, timestamps, title } = signature;
  return [
    subheading(title),
    paragraph(said(statement)),
    ...fields(rows),
    ...(chain.length === 0 ? [] : [subheading(headings.chain)]),
    ...chain.flatMap(({ role, rows: own }) => [paragraph(role), ...fields(own)]),
    ...(timestamps.length === 0 ? [] : [subheading(headings.timestamps)]),
    ...timestamps.flatMap(({ rows: own, statement: stamp }) => [paragraph(said(stamp)), ...fields(own)]),
  ];
}

interface Flat {
  readonly title: ReportNode;
  readonly path: string;
}

/** Every check in detail: for each block a table of what does not hold, and what holds in a few lines. */
function annex({ details, headings }: ReportContent, words: DocumentWords): readonly Block[] {
  if (details.length === 0) return [];
  const all = flatten(details, '');
  const blocks: Block[] = [];
  let checks = 0;
  let characters = 0;
  let left = 0;
  for (const [index, { path, title }] of all.entries()) {
    const full = index >= maximumSections || checks > maximumChecks || characters > maximumCharacters;
    if (full) {
      left += 1 + title.checks.length;
      continue;
    }
    const own = nodeBlocks(title, path, words);
    blocks.push(...own);
    checks += title.checks.length;
    characters += JSON.stringify(own).length;
  }
  const more = left === 0 ? [] : [paragraph(words.shortened(left))];
  return [{ kind: 'rule' }, { kind: 'heading', level: 2, text: headings.annex }, ...blocks, ...more];
}

function flatten(nodes: readonly ReportNode[], prefix: string): readonly Flat[] {
  return nodes.flatMap((title, index) => {
    const path = `${prefix}${index + 1}`;
    return [{ title, path }, ...flatten(title.nodes, `${path}.`)];
  });
}

function nodeBlocks({ checks, rows, statement }: ReportNode, path: string, words: DocumentWords): readonly Block[] {
  const title = `${path}  ${said(statement)}`;
  const line = ({ source, text }: ReportStatement): string => (source === undefined ? text : `${text} [${source}]`);
  const holds = checks.filter(({ mark }) => mark === 'passed');
  const list = checks.filter(({ mark }) => mark !== 'passed').map((check) => [line(check), check.word]);
  return [
    path.includes('.') ? paragraph(title) : { kind: 'heading', level: 2, text: title, align: 'left' },
    ...fields(rows),
    ...(list.length === 0
      ? []
      : [{ kind: 'table' as const, header: [words.checkColumn, words.resultColumn], rows: list }]),
    ...(holds.length === 0 ? [] : [fine(`${holds[0]?.word}: ${holds.map(line).join(' · ')}`)]),
  ];
}

function withTexts(block: Block, printable: (text: string) => string): Block {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, text: printable(block.text) };
    case 'fields':
      return {
        ...block,
        rows: block.rows.map(({ label, value }) => ({ label: printable(label), value: printable(value) })),
      };
    case 'table':
      return { ...block, header: block.header.map(printable), rows: block.rows.map((row) => row.map(printable)) };
    default:
      return block;
  }
}

/** Text as the fonts can set it: what they lack is named by its code point, and marks heaped on one letter are cut. */
export function settable(text: string, unsupported: (text: string) => readonly string[]): string {
  let safe = text.replace(/(\p{Mn}{6})\p{Mn}+/gu, '$1');
  for (const character of unsupported(safe)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    safe = safe.replaceAll(character, `[U+${code}]`);
  }
  return safe.trim() === '' ? '-' : safe;
}
