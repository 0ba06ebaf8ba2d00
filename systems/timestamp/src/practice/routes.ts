import { createHash } from 'node:crypto';
import { canonicalJson, type Language, utf8Encode } from '@tra/kernel';
import { type Html, html, Localized, pageOf, type RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import { PRACTICE_TITLE, type PracticeSection, type PracticeSource, practiceStatement } from './statement.ts';

const tags = ['timestamp'];
const address = '/timestamp/practice-statement';

const Section = Type.Object({
  id: Type.String({ description: 'Stable name of the section.', examples: ['clock'] }),
  title: Localized,
  paragraphs: Type.Array(Localized),
  table: Type.Optional(Type.Object({ head: Type.Array(Localized), rows: Type.Array(Type.Array(Type.String())) })),
});

const words = {
  data: { th: 'เนื้อหาเป็นข้อมูล (JSON)', en: 'The text as data (JSON)' },
  hash: { th: 'ค่าแฮช SHA-256 ของเนื้อหา', en: 'SHA-256 of the text' },
  other: { th: 'English', en: 'ภาษาไทย' },
} as const;

function sectionHtml({ id, title, paragraphs, table }: PracticeSection, language: Language): Html {
  const heads = table?.head.map((head) => html`<th scope="col">${head[language]}</th>`);
  const rows = table?.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  const grid =
    table &&
    html`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const texts = paragraphs.map((paragraph) => html`<p>${paragraph[language]}</p>\n`);
  return html`<section><h2 id="${id}">${title[language]}</h2>\n${texts}${grid}</section>\n`;
}

function page(sections: readonly PracticeSection[], sha256: string, language: Language): string {
  const other = language === 'th' ? 'en' : 'th';
  const body = html`<p><a href="${address}?lang=${other}" lang="${other}" hreflang="${other}">${words.other[language]}</a></p>
<h1>${PRACTICE_TITLE[language]}</h1>
${sections.map((section) => sectionHtml(section, language))}<p class="quiet">${words.hash[language]}: <code>${sha256}</code><br>${words.data[language]}: <a href="/api/v1${address}">/api/v1${address}</a></p>`;
  return pageOf({ language, title: PRACTICE_TITLE[language], body });
}

/** Mounts the practice statement: a page in both languages, and the same as data. Open to everybody. */
export function mountPracticeRoutes(app: RouteApp, source: PracticeSource): void {
  const sections = practiceStatement(source);
  const sha256 = createHash('sha256')
    .update(utf8Encode(canonicalJson(JSON.parse(JSON.stringify(sections)))))
    .digest('hex');
  const etag = `"${sha256}"`;
  const config = { anonymous: true };
  const pageSchema: Record<string, unknown> = {
    ...{ tags, security: [], produces: ['text/html'] },
    summary: 'Practice statement of the time-stamping authority, as a page',
    description: 'Made from the configuration: accuracy, sources of time, what happens when they fail, keys, records.',
    querystring: Type.Object({
      lang: Type.Optional(Type.String({ maxLength: 35, description: '`th` or `en`; by Accept-Language when absent.' })),
    }),
  };
  app.get(address, { schema: pageSchema, config }, async (request, reply) => {
    const { language } = request;
    reply.header('vary', 'Accept-Language').header('content-language', language).header('cache-control', 'no-cache');
    return reply.type('text/html; charset=utf-8').send(page(sections, sha256, language));
  });
  const schema: Record<string, unknown> = {
    ...{ tags, security: [] },
    summary: 'Practice statement of the time-stamping authority, as data',
    description: 'Both languages. `sha256` is over the canonical JSON (RFC 8785) of `sections`, and is the ETag.',
    response: {
      200: Type.Object({
        title: Localized,
        page: Type.String({ description: 'Path of the page.' }),
        sha256: Type.String({ description: 'Hexadecimal.' }),
        sections: Type.Array(Section),
      }),
    },
  };
  app.get(`/api/v1${address}`, { schema, config }, async (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.send({ title: PRACTICE_TITLE, page: address, sha256, sections });
  });
}
