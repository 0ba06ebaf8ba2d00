import { createHash } from 'node:crypto';
import { toBase64 } from '@tra/kernel';
import type {
  ReportAnswer,
  ReportCertificate,
  ReportContent,
  ReportMark,
  ReportNode,
  ReportRow,
  ReportSignature,
  ReportStatement,
  ReportStructure,
} from '../content/model.ts';
import { type Markup, markup } from './markup.ts';
import { reportStyle } from './style.ts';

const signs: Readonly<Record<ReportMark, string>> = { passed: '✓', failed: '✗', indeterminate: '?', note: '•' };

/** A face of the font that pages carry, so that they read the same on a machine without Thai fonts. */
export interface ReportFont {
  /** 400 or 700. */
  readonly weight: number;
  /** WOFF 1.0. */
  readonly woff: Uint8Array;
}

/** Makes pages with reports. */
export interface ReportPages {
  /**
   * What a page may do (CSP level 3): show its own style and fonts, and nothing else. Send it as the header `Content-Security-Policy`; the page states
   * the same for when it is opened as a file.
   */
  readonly policy: string;
  /**
   * A report as one HTML page that needs no other file, no script and no network: the simple report on top, the detailed one below as a tree that
   * can be opened. Everything out of the document is escaped. It can be printed, read on a phone and in the dark.
   */
  render(content: ReportContent): string;
}

/**
 * Pages that carry these fonts; without any they are set in what the reader's machine has.
 *
 * @example
 * const pages = reportPages([{ weight: 400, woff: webFont(regular) }]);
 * const page = pages.render(reportContent({ report, detailed, diagnostic }, language));
 */
export function reportPages(fonts: readonly ReportFont[] = []): ReportPages {
  const faces = fonts.map(faceOf).join('\n');
  const style = faces === '' ? reportStyle : `${faces}\n${reportStyle}`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    ...(faces === '' ? [] : ['font-src data:']),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { policy, render: (content) => renderPage(content, { style, policy }) };
}

const faceOf = ({ weight, woff }: ReportFont): string =>
  `@font-face{font-family:"Report";font-weight:${weight};src:url(data:font/woff;base64,${toBase64(woff)}) format("woff")}`;

function renderPage(
  content: ReportContent,
  { policy, style }: { readonly policy: string; readonly style: string },
): string {
  const { advice, basis, document, headings, headline, language, missing, title } = content;
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${headline.word} – ${document[0]?.value ?? ''} – ${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<div class="verdict ${headline.mark}"><p>${mark(headline)} <span class="said">${headline.text}</span></p></div>
<h2>${headings.document}</h2>
${rows(document)}
<h2>${headings.answers}</h2>
<ol class="answers">
${content.answers.map((answer) => answerItem(answer, headings.reasons))}</ol>
<h2>${headings.advice}</h2>
<p class="advice">${advice}</p>
${missing.map((text) => markup`<p class="advice">${text}</p>\n`)}
${signatures(content)}${licence(content)}${attachments(content)}${structures(content)}
<h2>${headings.basis}</h2>
${rows(basis)}
${details(content)}
<footer><p>${headings.made}</p></footer>
</main>
</body>
</html>
`.text;
}

/** The style is ours; it holds no value. */
function raw(text: string): Markup {
  return markup([text] as unknown as TemplateStringsArray);
}

function mark({ mark: kind, word }: ReportStatement): Markup {
  return markup`<span class="mark ${kind}"><span aria-hidden="true">${signs[kind]}</span> ${word}</span>`;
}

function rows(list: readonly ReportRow[]): Markup {
  if (list.length === 0) return markup``;
  return markup`<dl>
${list.map(({ exact, label, value }) => markup`<dt>${label}</dt><dd${exact ? raw(' class="exact"') : ''}>${value}</dd>\n`)}</dl>`;
}

function statement(said: ReportStatement): Markup {
  const source = said.source === undefined ? '' : markup` <span class="source">${said.source}</span>`;
  return markup`${mark(said)} <span class="said">${said.text}</span>${source}`;
}

function checks(list: readonly ReportStatement[]): Markup {
  if (list.length === 0) return markup``;
  return markup`<ul class="checks">
${list.map((said) => markup`<li>${statement(said)}</li>\n`)}</ul>`;
}

function answerItem({ question, reasons, ...said }: ReportAnswer, heading: string): Markup {
  const why =
    reasons.length === 0
      ? ''
      : markup`<details><summary>${heading}</summary>
${checks(reasons)}</details>`;
  return markup`<li><span class="question">${question}</span> ${mark(said)} <span class="said">${said.text}</span>${why}</li>\n`;
}

function signatures({ headings, signatures: list }: ReportContent): Markup {
  if (list.length === 0) return markup``;
  return markup`<h2>${headings.signatures}</h2>
${list.map((signature) => signatureSection(signature, headings))}`;
}

function signatureSection(signature: ReportSignature, headings: ReportContent['headings']): Markup {
  const { chain, checks: list, rows: facts, statement: said, timestamps, title } = signature;
  const stamps = timestamps.map((stamp) => markup`<li>${statement(stamp.statement)}${rows(stamp.rows)}</li>\n`);
  return markup`<section>
<h3>${title}</h3>
<p>${statement(said)}</p>
${rows(facts)}
${chain.length === 0 ? '' : markup`<h4>${headings.chain}</h4>\n<ol class="chain">\n${chain.map(certificate)}</ol>`}
${stamps.length === 0 ? '' : markup`<h4>${headings.timestamps}</h4>\n<ul class="checks">\n${stamps}</ul>`}
${list.length === 0 ? '' : markup`<details><summary>${headings.reasons}</summary>\n${checks(list)}</details>`}
</section>
`;
}

function certificate({ role, rows: facts }: ReportCertificate): Markup {
  return markup`<li><strong>${role}</strong>${rows(facts)}</li>\n`;
}

function licence({ headings, licence: facts }: ReportContent): Markup {
  return facts.length === 0 ? markup`` : markup`<h2>${headings.licence}</h2>\n${rows(facts)}\n`;
}

function attachments({ attachments: list, headings }: ReportContent): Markup {
  if (list.length === 0) return markup``;
  return markup`<h2>${headings.attachments}</h2>
${list.map(({ name, rows: facts }) => markup`<h3>${name}</h3>\n${rows(facts)}\n`)}`;
}

function structures({ headings, structures: list }: ReportContent): Markup {
  if (list.length === 0) return markup``;
  return markup`<h2>${headings.structures}</h2>
${list.map((one) => structure(one, headings.notChecked))}`;
}

function structure({ faults, notChecked, statement: said }: ReportStructure, label: string): Markup {
  const left = notChecked.length === 0 ? '' : markup`<p class="source">${label}: ${notChecked.join(' · ')}</p>\n`;
  return markup`<p>${statement(said)}</p>
${checks(faults)}${left}`;
}

function details({ details: nodes, headings }: ReportContent): Markup {
  return nodes.length === 0 ? markup`` : markup`<h2>${headings.details}</h2>\n${nodes.map((entry) => node(entry))}`;
}

/** What did not pass lies open. */
function node({ checks: list, nodes, rows: facts, statement: said }: ReportNode): Markup {
  const open = said.mark === 'passed' ? '' : raw(' open');
  return markup`<details${open}><summary>${statement(said)}</summary>
${rows(facts)}${checks(list)}${nodes.map((inner) => node(inner))}</details>
`;
}
