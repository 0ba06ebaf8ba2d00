/** Counts what passed and what failed; a failure is told at once and never stops the rest. */
export interface Tally {
  passed: number;
  failed: number;
  check(name: string, work: () => Promise<void> | void): Promise<boolean>;
}

export function createTally(): Tally {
  const tally: Tally = {
    passed: 0,
    failed: 0,
    async check(name, work) {
      const started = Date.now();
      try {
        await work();
        tally.passed += 1;
        if (process.env.TRA_BROWSER_VERBOSE) console.log(`  ok   ${name} (${Date.now() - started} ms)`);
        return true;
      } catch (cause) {
        tally.failed += 1;
        console.log(
          `  FAIL ${name}\n       ${String(cause instanceof Error ? cause.message : cause)
            .split('\n')
            .slice(0, 14)
            .join('\n       ')}${placeOf(cause)}`,
        );
        return false;
      }
    },
  };
  return tally;
}

export function expect(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Which step of the test it was: the lines of the tests on the way, the nearest first. */
function placeOf(cause: unknown): string {
  const lines = (cause instanceof Error ? (cause.stack ?? '') : '').split('\n');
  const places = lines.flatMap((line) => /test\/browser\/([\w-]+\.ts:\d+)/.exec(line)?.[1] ?? []);
  return places.length > 0 ? `\n       at ${places.slice(0, 4).join(', ')}` : '';
}
