import type { PageCase } from './pages.ts';
import { plainPdf } from './sample.ts';
import { settled } from './stage.ts';
import { bundle, choose, given, handIn, openVersions } from './validation.ts';
import { lockedPdf, picture, withNote, withStroke } from './validation-sample.ts';
import type { World } from './world.ts';

/** The page for checking documents in every state that somebody may meet. */
export function validationPages(world: World): PageCase[] {
  const page = (name: string, prepare: PageCase['prepare']): PageCase => ({
    name: `validate-${name}`,
    path: '/validate',
    ...(prepare ? { prepare } : {}),
  });
  const note = given('note.pdf', withNote(world.document));
  return [
    page('options', async (open) => open.locator('main details > summary').first().click()),
    page('versions', async (open) => {
      await choose(open, [note]);
      await openVersions(open);
    }),
    page('versions-content', async (open) => {
      await choose(open, [given('stroke.pdf', withStroke(world.document))]);
      await openVersions(open);
    }),
    page('several', async (open) => {
      await choose(open, [given('ก.pdf', world.document), note, given('plain.pdf', plainPdf())]);
      await open.locator('.fold').nth(2).waitFor();
      await open.locator('.fold > summary').nth(1).click();
    }),
    page('kept', async (open) => {
      await open.locator('label:has(#validate-keep), #validate-keep').first().click();
      await choose(open, [given('ก.pdf', world.document)]);
      await open.locator('.verdict-foot .notice').nth(1).waitFor();
    }),
    page('locked', (open) => choose(open, [given('locked.pdf', lockedPdf())])),
    page('disguised', async (open) => {
      await open.setInputFiles('#validate-files', [given('scan.pdf', picture), given('plain.pdf', plainPdf())]);
      await open.locator('main .notice.warning').waitFor();
      await open.locator('.verdict').waitFor();
    }),
    page('unsigned-of-several', async (open) => {
      await choose(open, [
        given('ก.pdf', world.document),
        given('plain.pdf', plainPdf()),
        given('locked.pdf', lockedPdf()),
      ]);
      await open.locator('.fold').nth(2).waitFor();
      await open.locator('#validate-filter').selectOption('unsigned');
      await open.locator('.fold > summary').first().click();
    }),
    page('behind', async (open) => {
      await choose(open, [note]);
      for (const one of await open.locator('.verdict-foot details > summary').all()) await one.click();
      await settled(open);
      for (const one of await open.locator('.verdict-foot details details > summary').all()) await one.click();
    }),
    page('batch-asked', async (open) => {
      await open.setInputFiles('#validate-files', bundle(world));
      await open.locator('main .card .button.primary').waitFor();
    }),
    page('refused-by-proxy', async (open) => {
      await open.route('**/api/v1/validations', (route) =>
        route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>' }),
      );
      await choose(open, [note]);
    }),
    page('connection-lost', async (open) => {
      await open.route('**/api/v1/validations', (route) => route.abort('connectionreset'));
      await open.setInputFiles('#validate-files', note);
      await open.locator('main .card .button').first().waitFor();
    }),
    page('archive', async (open) => handIn(open, world)),
    { name: 'validate-gone', path: '/validate/results/00000000000000000000000000000000' },
    page('offline', async (open) => {
      await open.evaluate(`Object.defineProperty(navigator, 'onLine', { get: () => false })`);
      await open.route('**/api/v1/validations', (route) => route.abort('internetdisconnected'));
      await choose(open, [note]);
    }),
    page('busy', async (open) => {
      const body = JSON.stringify({ title: 'busy', status: 503, code: 'http.unavailable' });
      const headers = { 'retry-after': '60', 'content-type': 'application/problem+json' };
      await open.route('**/api/v1/validations', (route) => route.fulfill({ status: 503, headers, body }));
      await open.setInputFiles('#validate-files', note);
      await open.locator('main .card progress').waitFor();
      await open.getByText('60').waitFor();
    }),
  ];
}
