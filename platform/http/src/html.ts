import type { Language } from '@tra/kernel';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe inside HTML. */
export interface Html {
  readonly html: string;
}

function render(value: unknown): string {
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value === 'object' && value !== null && 'html' in value) return (value as Html).html;
  return value === undefined || value === false
    ? ''
    : String(value).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}

/** HTML out of a template whose values are escaped, except those that are HTML already. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return { html: strings.map((text, index) => text + (index < values.length ? render(values[index]) : '')).join('') };
}

/** A complete page in the style of the platform's own plain pages. */
export function pageOf(options: { readonly language: Language; readonly title: string; readonly body: Html }): string {
  const { language, title, body } = options;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html;
}

/** The style of these pages: one column, light and dark, large enough type for Thai. */
export const PAGE_STYLE = `:root{color-scheme:light dark;--ink:#1c1b19;--paper:#fbfaf7;--line:#d9d4c8;--quiet:#5c574d;--link:#2b3a80;--code:#f0ede4}
@media (prefers-color-scheme:dark){:root{--ink:#ece9e1;--paper:#171613;--line:#3b382f;--quiet:#aaa496;--link:#a9b6f5;--code:#22201b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.7 "IBM Plex Sans Thai Looped","IBM Plex Sans Thai",Sarabun,system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.4}
h2{font-size:1.35rem;margin-top:3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin-top:2rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre{font-family:ui-monospace,"Cascadia Mono",Consolas,monospace;font-size:.92em;background:var(--code);border-radius:4px}
code{padding:.1em .35em}
pre{padding:.75rem 1rem;overflow-x:auto;line-height:1.5}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line)}
.quiet{color:var(--quiet)}
th,td:not(:first-child){overflow-wrap:break-word}
th{white-space:nowrap}
pre{max-height:24rem}
summary{cursor:pointer;padding:.6rem 0}
.part{margin-bottom:.3rem}
.method{font-weight:700;margin-right:.5em}
`;
