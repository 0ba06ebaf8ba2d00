import { createHash } from 'node:crypto';
import type { Language, LocalizedText } from '@tra/kernel';
import { type Html, html } from '@tra/platform-http';
import { formatDate } from '@tra/platform-i18n';
import type { PolicyDocument } from './policy-oids.ts';
import type { PolicyBlock, PolicySection, PolicyText } from './text.ts';

/** What stands around the text of an edition. */
export interface PageFacts {
  readonly document: PolicyDocument;
  readonly language: Language;
  readonly text: PolicyText;
  readonly version: number;
  readonly newestVersion: number;
  readonly effectiveAt: Date;
  readonly oid: string;
  readonly sha256: string;
  /** All versions, the newest first. */
  readonly history: readonly { readonly version: number; readonly effectiveAt: Date }[];
}

const words = {
  skip: { th: 'ข้ามไปที่เนื้อหา', en: 'Skip to the text' },
  contents: { th: 'สารบัญ', en: 'Contents' },
  version: { th: 'ฉบับที่', en: 'Version' },
  effective: { th: 'มีผลตั้งแต่', en: 'In force since' },
  oid: { th: 'รหัสประจำเอกสาร (OID)', en: 'Object identifier (OID)' },
  hash: { th: 'ค่าแฮช SHA-256 ของเนื้อหา', en: 'SHA-256 of the text' },
  data: { th: 'เนื้อหาเป็นข้อมูล (JSON)', en: 'The text as data (JSON)' },
  other: { th: 'English', en: 'ภาษาไทย' },
  old: {
    th: 'นี่คือฉบับเก่าซึ่งไม่มีผลแล้ว',
    en: 'This is an old version that is no longer in force.',
  },
  newest: { th: 'ดูฉบับที่มีผลอยู่', en: 'Read the version in force' },
  versions: { th: 'ทุกฉบับ', en: 'All versions' },
  repository: { th: 'คลังข้อมูลการรับรอง', en: 'Repository' },
  cp: { th: 'นโยบายใบรับรอง (CP)', en: 'Certificate Policy (CP)' },
  cps: { th: 'แนวปฏิบัติ (CPS)', en: 'Practice Statement (CPS)' },
  documents: { th: 'เอกสารที่เกี่ยวข้อง', en: 'Related documents' },
  structure: {
    th: 'หัวข้อเรียงตาม RFC 3647 หมวด 6',
    en: 'The sections follow RFC 3647, section 6.',
  },
} as const satisfies Readonly<Record<string, LocalizedText>>;

/** Hexadecimal in groups that a reader can compare and a narrow page can break. */
function grouped(hex: string): string {
  return hex.replace(/(.{8})(?=.)/g, '$1 ');
}

function blockHtml(block: PolicyBlock): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${block.text}</p>\n`;
    case 'none':
      return html`<p class="quiet">${block.text}</p>\n`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    default:
      return tableHtml(block);
  }
}

function tableHtml({ caption, head, rows }: Extract<PolicyBlock, { kind: 'table' }>): Html {
  const heads = head.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map(([first, ...others]) => {
    // On a narrow screen a row becomes a list, and each value stands under the name of its column.
    const cells = others.map((value, index) => html`<td data-head="${head[index + 1]}">${value}</td>`);
    return html`<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return html`<table class="facts columns-${head.length}"><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table>\n`;
}

const levels = ['h2', 'h3', 'h4'] as const;

function sectionHtml({ number, title, blocks }: PolicySection): Html {
  const level = levels[number.split('.').length - 1] ?? 'h4';
  const open = { html: `<${level} id="s${number}">` };
  const close = { html: `</${level}>` };
  return html`${open}<a class="anchor" href="#s${number}">${number}</a> ${title}${close}\n${blocks.map(blockHtml)}`;
}

function contentsHtml(sections: readonly PolicySection[]): Html {
  const link = ({ number, title }: PolicySection): Html => html`<a href="#s${number}">${number} ${title}</a>`;
  const below = (parent: string): readonly PolicySection[] =>
    sections.filter(({ number }) => number.startsWith(`${parent}.`) && !number.slice(parent.length + 1).includes('.'));
  const chapters = sections
    .filter(({ number }) => !number.includes('.'))
    .map((chapter) => {
      const inner = below(chapter.number).map((section) => html`<li>${link(section)}</li>`);
      return html`<li>${link(chapter)}<ul>${inner}</ul></li>`;
    });
  return html`<ul class="contents">${chapters}</ul>`;
}

function factsHtml(facts: PageFacts): Html {
  const { language, document, version, effectiveAt, oid, sha256 } = facts;
  const row = (key: keyof typeof words, value: unknown): Html =>
    html`<div><dt>${words[key][language]}</dt><dd>${value}</dd></div>`;
  const data = html`<a href="/pki/${document}.json?version=${version}">/pki/${document}.json?version=${version}</a>`;
  return html`<dl class="edition">${row('version', version)}${row('effective', html`<time datetime="${effectiveAt.toISOString()}">${formatDate(effectiveAt, language, 'long')}</time>`)}${row('oid', html`<code>${oid}</code>`)}${row('hash', html`<code>${grouped(sha256)}</code>`)}${row('data', data)}</dl>`;
}

function historyHtml({ document, language, history }: PageFacts): Html {
  const items = history.map(
    ({ version, effectiveAt }) =>
      html`<li><a href="/pki/${document}?version=${version}&amp;lang=${language}">${words.version[language]} ${version}</a> · ${formatDate(effectiveAt, language)}</li>`,
  );
  return html`<section class="versions" aria-labelledby="versions"><h2 id="versions">${words.versions[language]}</h2><ul>${items}</ul></section>`;
}

/** An edition as a complete page: no script, print-ready, one anchor for each section (`#s4.9.1`). */
export function policyPage(facts: PageFacts): string {
  const { document, language, text, version, newestVersion } = facts;
  const other = language === 'th' ? 'en' : 'th';
  const say = (key: keyof typeof words): string => words[key][language];
  const sibling = document === 'cp' ? 'cps' : 'cp';
  const warning =
    version === newestVersion
      ? ''
      : html`<p class="old" role="note">${say('old')} <a href="/pki/${document}?lang=${language}">${say('newest')}</a></p>\n`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title} · ${say('version')} ${version}</title>
<link rel="stylesheet" href="/api/docs/style.css">
<link rel="stylesheet" href="${POLICY_STYLE_PATH}">
</head>
<body>
<a class="skip" href="#text">${say('skip')}</a>
<header class="top"><nav aria-label="${say('documents')}"><a href="/pki/${sibling}?lang=${language}">${say(sibling)}</a> <a href="/pki/${document}?version=${version}&amp;lang=${other}" lang="${other}" hreflang="${other}">${say('other')}</a></nav></header>
<main id="text">
<h1>${text.title}</h1>
${warning}${factsHtml(facts)}
<p class="quiet">${say('structure')}</p>
<nav class="toc" aria-labelledby="contents"><h2 id="contents">${say('contents')}</h2>${contentsHtml(text.sections)}</nav>
${text.sections.map(sectionHtml)}${historyHtml(facts)}
</main>
</body>
</html>
`.html;
}

/** What these pages need beyond the style of the platform's plain pages; on paper black on white. */
export const POLICY_STYLE = `.skip{position:absolute;left:-99rem}
.skip:focus{position:static;display:inline-block;padding:.5rem 1rem}
.top nav{max-width:52rem;margin:0 auto;padding:1rem 1rem 0;display:flex;gap:1.5rem;justify-content:flex-end;flex-wrap:wrap}
.top a{padding:.6rem 0}
main{padding-top:1rem}
main p,main li{max-width:42em}
:lang(th){word-break:auto-phrase;line-break:loose}
h1{line-height:1.5}
h2,h3,h4{scroll-margin-top:1rem;line-height:1.5;break-after:avoid}
h3{font-size:1.15rem}
h4{font-size:1.0625rem;margin:1.5rem 0 .25rem}
h4+p{margin-top:.25rem}
.anchor{color:inherit;text-decoration:none;margin-right:.35em;font-variant-numeric:tabular-nums}
.anchor:hover,.anchor:focus-visible{text-decoration:underline}
.edition{border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:1.5rem 0;display:grid;gap:.6rem}
.edition div{display:grid;grid-template-columns:12rem 1fr;gap:.25rem 1rem}
.edition dt{color:var(--quiet)}
.edition dd{margin:0;min-width:0}
.edition code{background:none;padding:0}
.old{border:2px solid var(--ink);border-radius:8px;padding:.75rem 1rem}
.toc ul{list-style:none;padding-left:0;margin:.25rem 0}
.toc ul ul{padding-left:1.25rem}
.toc a{display:inline-block;padding:.2rem 0}
.contents>li{margin-top:.75rem}
.contents>li>a{font-weight:600}
table.facts{margin:1rem 0 1.5rem;font-size:.95em;font-variant-numeric:tabular-nums}
table.facts caption{text-align:left;font-weight:600;padding-bottom:.25rem}
table.facts th{white-space:normal}
table.facts tbody th{font-weight:600}
table.facts td{overflow-wrap:anywhere;min-width:5.5rem}
table.facts tbody th{overflow-wrap:break-word;min-width:7.5rem;padding-left:0}
@media (max-width:40rem){
.edition div{grid-template-columns:1fr;gap:0}
table.facts thead{position:absolute;left:-99rem}
table.facts,table.facts tbody,table.facts tr,table.facts td,table.facts tbody th,table.facts caption{display:block}
table.facts tr{border-bottom:1px solid var(--line);padding:.5rem 0}
table.facts td,table.facts tbody th{border:0;padding:.15rem 0}
table.facts td::before{content:attr(data-head);display:block;color:var(--quiet);font-size:.9em}
}
@media print{
:root{color-scheme:light;--ink:#000;--paper:#fff;--line:#888;--quiet:#333;--link:#000;--code:#fff}
@page{size:A4;margin:20mm 18mm 22mm;@bottom-center{content:counter(page) " / " counter(pages);font-size:9pt}}
body{font-size:10.5pt;line-height:1.6}
main,main p,main li{max-width:none;padding:0}
.top,.skip,.versions{display:none}
.toc{break-after:page}
.contents{columns:2;column-gap:2rem;font-size:9.5pt;line-height:1.45}
.toc a{padding:0}
.contents>li{margin-top:.4rem}
.contents>li>a{break-after:avoid}
h2{break-before:auto}
tr,li{break-inside:avoid}
p{orphans:3;widows:3}
a{text-decoration:none}
}
`;

/** Where the style is; the address changes with it, so that caches may keep it. */
export const POLICY_STYLE_PATH: string = `/pki/policy-${createHash('sha256').update(POLICY_STYLE).digest('hex').slice(0, 12)}.css`;
