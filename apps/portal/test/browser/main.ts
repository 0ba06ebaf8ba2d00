import { appearance } from './appearance.ts';
import { behaviour } from './behaviour.ts';
import { launchChromium } from './chromium.ts';
import { registration } from './registration.ts';
import { revokingUnits } from './revocation.ts';
import { startSubject } from './subject.ts';
import { createTally } from './tally.ts';
import { timestamping } from './timestamp.ts';
import { verifyingTokens } from './token-verification.ts';
import { validating } from './validation.ts';
import { wholeCase } from './whole-case.ts';
import { buildWorld } from './world.ts';

/* Usage: node --conditions=tra-source --import tsx apps/portal/test/browser/main.ts [walk] [registration] [timestamp] [revocation] [validation] [behaviour] [look [PAGE…]] */

const [first, ...rest] = process.argv.slice(2);
const wants = (suite: string): boolean => first === undefined || first === suite;
const started = Date.now();
const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
const tally = createTally();

try {
  const subject = await startSubject();
  const browser = await launchChromium().catch(async (cause: unknown) => {
    await subject.stop();
    throw cause;
  });
  try {
    const world = await buildWorld(subject.url);
    console.log(`ready after ${seconds()}`);
    if (wants('walk')) await tally.check('a whole case by keyboard only', () => wholeCase(browser, world));
    if (wants('registration')) await registration(browser, world, tally);
    if (wants('timestamp')) await timestamping(browser, world, tally);
    if (wants('timestamp')) await verifyingTokens(browser, world, tally);
    if (wants('validation')) await validating(browser, world, tally);
    if (wants('revocation')) await revokingUnits(browser, world, tally);
    if (wants('behaviour')) await behaviour(browser, world, tally);
    if (wants('look')) await appearance(browser, world, tally, rest);
  } finally {
    await browser.close();
    await subject.stop();
  }
} catch (cause) {
  tally.failed += 1;
  console.error(cause instanceof Error ? cause.message : cause);
}
console.log(`browser tests of the portal: ${seconds()}, pictures in artifacts/portal`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 ? 1 : 0;
