import { LANGUAGES, type Language } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import { httpProblem } from './errors.ts';
import { html, pageOf } from './html.ts';
import type { ProblemWriter } from './problem-document.ts';
import type { RouteApp } from './route-app.ts';

const open = { schema: { hide: true }, config: { anonymous: true } };

function pageTitle(messages: Messages, language: Language): string {
  return messages.translate('http.page.problems', language);
}

/** The pages that problem types point to: `/problems` lists all codes, `/problems/<code>` tells one in both languages. */
export function registerProblemPages(
  app: RouteApp,
  options: {
    readonly messages: Messages;
    readonly problems: ReadonlyMap<string, number>;
    readonly writer: ProblemWriter;
  },
): void {
  const { messages, problems, writer } = options;
  const title = (code: string, language: Language): string =>
    writer.title({ code, status: problems.get(code) ?? 500 }, language);
  const words = (code: string, language: Language) =>
    // What differs from one problem to the next is left open.
    messages.has(code) ? messages.translate(code, language).replace(/\{\w+\}/g, '…') : title(code, language);

  app.get('/problems', open, async (request, reply) => {
    const { language } = request;
    const rows = [...problems]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(
        ([code, status]) =>
          html`<tr><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${status}</td><td>${words(code, language)}</td></tr>`,
      );
    const heading = pageTitle(messages, language);
    const body = html`<h1>${heading}</h1>
<div class="scroll" role="region" aria-label="${heading}" tabindex="0"><table><thead><tr><th scope="col">code</th><th scope="col">HTTP</th><th scope="col">${messages.translate('http.page.meaning', language)}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
    return reply
      .header('vary', 'Accept-Language')
      .type('text/html; charset=utf-8')
      .send(pageOf({ language, title: heading, body }));
  });

  app.get('/problems/:code', open, async (request, reply) => {
    const { code } = request.params as { code: string };
    const status = problems.get(code);
    if (status === undefined) throw httpProblem('http.not_found');
    const sections = LANGUAGES.map(
      (language) =>
        html`<section lang="${language}"><h2>${title(code, language)}</h2><p>${words(code, language)}</p></section>`,
    );
    const back = pageTitle(messages, request.language);
    const body = html`<h1><code>${code}</code></h1><p class="quiet">HTTP ${status}</p>${sections}<p><a href="/problems">${back}</a></p>`;
    return reply
      .header('vary', 'Accept-Language')
      .type('text/html; charset=utf-8')
      .send(pageOf({ language: request.language, title: code, body }));
  });
}
