import type { Locator, Page } from 'playwright-core';
import { settled } from './stage.ts';

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

/** A file as a file chooser takes it. */
export interface ChosenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/**
 * Chooses a file by Tab and Space, on a page that is settled; when no chooser opens it says what has the focus then. The chooser is waited for before
 * anything is pressed: that tells the browser to hand choosers over, by another way than the keys take, and on a slow machine a key that is
 * pressed at once overtakes it. A look at the page, as {@link tabTo} takes, goes behind it.
 */
export async function chooseFile(page: Page, input: Locator, file: ChosenFile): Promise<void> {
  await settled(page);
  const opening = page.waitForEvent('filechooser', { timeout: 30_000 }).catch(async (cause: unknown) => {
    throw new Error(`no file chooser for ${String(input)}; ${await focusNow(page)} has the focus`, { cause });
  });
  // When Tab does not reach the control that is the failure to tell of.
  opening.catch(() => undefined);
  await tabTo(page, input);
  await page.keyboard.press('Space');
  await (await opening).setFiles(file);
}

/** The element that has the focus, in words. */
function focusNow(page: Page): Promise<string> {
  return page.evaluate(() => (document.activeElement?.cloneNode(false) as Element | undefined)?.outerHTML ?? 'nothing');
}
