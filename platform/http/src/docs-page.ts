import type { Language } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import { type Html, html, PAGE_STYLE, pageOf } from './html.ts';
import type { RouteApp } from './route-app.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: { readonly description?: string };
}

interface Content {
  readonly schema?: unknown;
  readonly example?: unknown;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Content>> };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, Content>> }>
  >;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

type Words = (key: string) => string;

function schemaBlock(title: string, content: Readonly<Record<string, Content>> | undefined, words: Words): Html[] {
  return Object.entries(content ?? {})
    .filter(([type]) => type !== 'application/problem+json')
    .map(([type, { schema, example }]) => {
      const shown =
        example === undefined
          ? ''
          : html`<pre tabindex="0" aria-label="${words('http.page.example')}">${JSON.stringify(example, null, 2)}</pre>`;
      return html`<p class="part">${title} <code>${type}</code></p>${shown}
<details><summary>${words('http.page.schema')}</summary><pre tabindex="0">${JSON.stringify(schema ?? {}, null, 2)}</pre></details>`;
    });
}

function parameterTable(parameters: readonly Parameter[] | undefined, words: Words): Html {
  if (!parameters || parameters.length === 0) return html``;
  const rows = parameters.map(
    (item) =>
      html`<tr><td><code>${item.name}</code>${item.required ? ' *' : ''}</td><td>${item.in}</td><td>${item.description ?? item.schema?.description}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">${words('http.page.parameter')}</th><th scope="col">${words('http.page.where')}</th><th scope="col">${words('http.page.meaning')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function operationBlock(method: string, path: string, operation: Operation, words: Words): Html {
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => [
    html`<tr><td><code>${status}</code></td><td>${answer.description}</td></tr>`,
  ]);
  const answerSchemas = Object.entries(operation.responses ?? {}).flatMap(([status, answer]) =>
    schemaBlock(`${words('http.page.answer')} ${status}`, answer.content, words),
  );
  return html`<article><h3><span class="method">${method.toUpperCase()}</span><code>${path}</code></h3>
<p>${operation.summary}</p>${operation.description && operation.description !== operation.summary ? html`<p class="quiet">${operation.description}</p>` : ''}
${operation.security?.length ? html`<p class="quiet">${words('http.page.needs_sign_in')}</p>` : ''}
${parameterTable(operation.parameters, words)}
${schemaBlock(words('http.page.body'), operation.requestBody?.content, words)}
<table><thead><tr><th scope="col">HTTP</th><th scope="col">${words('http.page.meaning')}</th></tr></thead><tbody>${answers}</tbody></table>
${answerSchemas}</article>`;
}

function byTag(document: Document): Map<string, { method: string; path: string; operation: Operation }[]> {
  const groups = new Map<string, { method: string; path: string; operation: Operation }[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'api';
      groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }]);
    }
  }
  return new Map([...groups].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The API reference as one page without scripts. */
export function renderDocs(document: Document, messages: Messages, language: Language): string {
  const words: Words = (key) => messages.translate(key, language);
  const groups = byTag(document);
  const contents = [...groups.keys()].map((tag) => html`<li><a href="#${tag}">${tag}</a></li>`);
  const sections = [...groups].map(
    ([tag, operations]) =>
      html`<section><h2 id="${tag}">${tag}</h2>${operations.map(({ method, path, operation }) => operationBlock(method, path, operation, words))}</section>`,
  );
  const { title, version, description } = document.info;
  const body = html`<h1>${title}</h1><p class="quiet">${version}</p>${description && description !== title ? html`<p>${description}</p>` : ''}
<p><a href="/api/openapi.json">OpenAPI 3.1 (JSON)</a> · <a href="/problems">${words('http.page.problems')}</a></p>
<nav aria-label="${words('http.page.contents')}"><ul>${contents}</ul></nav>${sections}`;
  return pageOf({ language, title, body });
}

/** Serves `/api/docs` and the style of the plain pages. */
export function registerDocsPage(app: RouteApp, messages: Messages): void {
  const open = { schema: { hide: true }, config: { anonymous: true } };
  app.get('/api/docs', open, async (request, reply) =>
    reply
      .header('vary', 'Accept-Language')
      .type('text/html; charset=utf-8')
      .send(renderDocs(app.swagger() as unknown as Document, messages, request.language)),
  );
  app.get('/api/docs/style.css', open, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8').send(PAGE_STYLE),
  );
}
