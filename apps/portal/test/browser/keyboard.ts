import type { Locator, Page } from 'playwright-core';

const MAX_TABS = 120;

/** Presses Tab until the element has focus, as a person without a mouse would; throws when it is never reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'visible' });
  for (let presses = 0; presses <= MAX_TABS; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return expectFocusSeen(page);
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${String(target)}`);
}

async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return false;
    for (let at: HTMLElement | null = element, depth = 0; at && depth < 3; at = at.parentElement, depth += 1) {
      const style = getComputedStyle(at);
      if ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none')
        return true;
    }
    // A radio or check box may be drawn by a neighbour.
    const drawn = element.parentElement?.querySelector(':focus-visible + *');
    return drawn ? getComputedStyle(drawn).outlineStyle !== 'none' : false;
  });
  if (!seen) throw new Error('focus is not visible');
}

/** Goes to an element by Tab and presses it. */
export async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Goes to a field by Tab and types, replacing what is there. */
export async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Chooses an option of a native select by typing nothing: arrow keys until it is the one. */
export async function choose(page: Page, target: Locator, label: string): Promise<void> {
  await tabTo(page, target);
  const index = await target.evaluate(
    (element, wanted) =>
      [...(element as HTMLSelectElement).options].findIndex((option) => option.text.trim() === wanted),
    label,
  );
  if (index < 0) throw new Error(`no option ${label}`);
  await page.keyboard.press('Home');
  for (let at = 0; at < index; at += 1) await page.keyboard.press('ArrowDown');
}
