import type { Page } from 'playwright-core';

/** Gives a file of 3 GB that exist nowhere: the parts are one buffer, over and over. */
export async function giveLarge(page: Page, selector: string): Promise<void> {
  await page.evaluate((wanted) => {
    const part = new Blob([new Uint8Array(64 * 1024 * 1024)]);
    const large = new File(
      Array.from({ length: 48 }, () => part),
      'large.iso',
    );
    const list = new DataTransfer();
    list.items.add(large);
    const input = document.querySelector<HTMLInputElement>(wanted);
    if (!input) throw new Error('no input');
    input.files = list.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, selector);
}
