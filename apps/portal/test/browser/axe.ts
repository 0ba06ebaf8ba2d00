import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Throws with every violation that axe finds on the page as it stands. */
export async function axe(page: Page): Promise<void> {
  // Evaluated from outside the page, so that the page's content security policy stays as it is in use.
  await page.evaluate(`if (!window.axe) { ${source} }`);
  const violations = (await page.evaluate(
    `window.axe.run(document, ${JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })}).then((r) => r.violations)`,
  )) as Violation[];
  if (violations.length === 0) return;
  const lines = violations.flatMap((violation) => [
    `${violation.id}: ${violation.help}`,
    ...violation.nodes
      .slice(0, 3)
      .map((node) => `  ${node.target.join(' ')} — ${(node.failureSummary ?? '').replace(/\s+/g, ' ').slice(0, 220)}`),
  ]);
  throw new Error(`${violations.length} axe violations\n${lines.join('\n')}`);
}

/** Throws when the page can be scrolled sideways, naming what sticks out. */
export async function noSidewaysScroll(page: Page): Promise<void> {
  const found = (await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5)
      .slice(-4)
      .map((element) => element.tagName.toLowerCase() + '.' + element.className + ' ' + Math.round(element.getBoundingClientRect().right));
  })()`)) as string[];
  if (found.length > 0) throw new Error(`scrolls sideways: ${found.join('; ')}`);
}
