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

/** Colours are all that differs between light and dark, so the second look asks for these rules only. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Throws with every violation that axe finds on the page as it stands; by all rules of WCAG 2.2 AA and good practice, or the named ones. */
export async function axe(page: Page, rules?: readonly string[]): Promise<void> {
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
  // Evaluated from outside the page, so that the page's content security policy stays as it is in use.
  await page.evaluate(`if (!window.axe) { ${source} }`);
  const violations = (await page.evaluate(
    `window.axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ['violations'] })}).then((r) => r.violations)`,
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
