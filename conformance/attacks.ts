// npm run -s conformance -- attacks [FOLDER]
// Ways to pass something for signed that is not, made from code: every case says which clause it breaks and by which finding it must be refused. Each has
// an honest document under the same conditions that must pass without that finding, so that a check that refuses everything is noticed.
// With a folder the documents are written there, with a manifest.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testSigning } from '@tra/signature/testing';
import { type Attack, judge, reasonsOf, type Shown, type Stage } from './attacks/attack.ts';
import { families } from './attacks/families.ts';
import type { SuiteResult } from './pkits.ts';

/** Figures of a run: cases by format. */
export interface AttackResult extends SuiteResult {
  readonly formats: Readonly<Record<string, number>>;
}

type Fault = 'falseAccept' | 'falseReject' | 'error';

async function faultOf(
  { victim }: Stage,
  { forged, honest, reason }: Attack,
): Promise<readonly [Fault, string] | undefined> {
  const control = await judge(victim, honest);
  if (control.verdict !== 'passed')
    return ['falseReject', `the honest one is refused: ${[...reasonsOf(control)].join(' ')}`];
  const report = await judge(victim, forged);
  const reasons = reasonsOf(report);
  if (report.verdict === 'passed') return ['falseAccept', 'passed'];
  if (reasonsOf(control).has(reason)) return ['error', `the honest one has ${reason} too`];
  return reasons.has(reason) ? undefined : ['error', `refused, but not by ${reason}: ${[...reasons].join(' ')}`];
}

/** Writes what is shown, under a name of its own. */
function write(folder: string, name: string, shown: Shown): unknown {
  writeFileSync(join(folder, name), shown.bytes);
  const { anchors, at, crls, detached = [], intermediates } = shown;
  const files = detached.map((file, index) => {
    writeFileSync(join(folder, `${name}.detached-${index}`), file.bytes);
    return { name: file.name, file: `${name}.detached-${index}` };
  });
  const own = (list: readonly Uint8Array[] | undefined, kind: string): readonly string[] | undefined =>
    list?.map((bytes, index) => {
      writeFileSync(join(folder, `${name}.${kind}-${index}`), bytes);
      return `${name}.${kind}-${index}`;
    });
  return {
    file: name,
    detached: files,
    at,
    anchors: own(anchors, 'anchor'),
    crls: own(crls, 'crl'),
    intermediates: own(intermediates, 'ca'),
  };
}

/** Makes every attack and judges it. */
export async function run(folder: string): Promise<AttackResult> {
  const start = performance.now();
  const [victim, rsa, impostor] = await Promise.all([
    testSigning('Victim'),
    testSigning('Victim', 'rsa-pkcs1-sha256'),
    testSigning('Victim'),
  ]);
  const stage: Stage = { victim, rsa, impostor };
  const none = { cases: 0, agree: 0, falseAccept: 0, falseReject: 0, error: 0, seconds: 0 };
  const result = { suite: 'attacks', ...none, formats: {} as Record<string, number> };
  const manifest: unknown[] = [];
  if (folder) mkdirSync(folder, { recursive: true });
  for (const { build, format } of families) {
    for (const attack of await build(stage)) {
      result.cases += 1;
      result.formats[format] = (result.formats[format] ?? 0) + 1;
      const fault = await faultOf(stage, attack);
      if (fault) {
        result[fault[0]] += 1;
        process.stderr.write(
          `${fault[0] === 'falseAccept' ? 'FALSE ACCEPT' : fault[0]} ${format}: ${attack.name}: ${fault[1]}\n`,
        );
      } else result.agree += 1;
      if (!folder) continue;
      const number = String(result.cases).padStart(3, '0');
      const [forged, honest] = (['forged', 'honest'] as const).map((side) =>
        write(folder, `${number}-${side}`, attack[side]),
      );
      manifest.push({
        number,
        format,
        name: attack.name,
        clause: attack.clause,
        reason: attack.reason,
        forged,
        honest,
      });
    }
  }
  if (folder) {
    const write64 = (list: readonly Uint8Array[]): readonly string[] =>
      list.map((one) => Buffer.from(one).toString('base64'));
    const trust = { anchors: write64(victim.anchors), crls: write64(await victim.crls()), at: victim.clock.now() };
    writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ trust, cases: manifest }, null, 2)}\n`);
  }
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}
