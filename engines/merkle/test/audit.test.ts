import { describe, expect, it } from 'vitest';
import { auditLog, type LogAudit, type TreeHead, tilePath } from '../src/index.ts';
import { filesOf, readerOf, someEntries, treeHash } from './log-of.ts';

const SIZE = 600;
const entries = someEntries(SIZE);
const files = filesOf(entries);
const headOf = (size: number): TreeHead => ({ size, root: treeHash(entries.slice(0, size)) });

function audit(
  change: ReadonlyMap<string, Uint8Array | undefined>,
  since: readonly TreeHead[] = [],
): Promise<LogAudit> {
  const changed = new Map(files);
  for (const [path, bytes] of change) {
    if (bytes) changed.set(path, bytes);
    else changed.delete(path);
  }
  return auditLog({ head: headOf(SIZE), since, read: readerOf(changed) });
}

function altered(path: string, offset = 5): Map<string, Uint8Array> {
  const bytes = (files.get(path) as Uint8Array).slice();
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  return new Map([[path, bytes]]);
}

describe('the audit of a whole log', () => {
  it('passes when everything fits, earlier checkpoints of any size too', async () => {
    const since = [0, 1, 255, 256, 257, 512, 599, 600].map(headOf);
    expect(await audit(new Map(), since)).toEqual({ verdict: 'passed', entries: SIZE, findings: [] });
  });

  it('hands out every entry in order', async () => {
    const seen: number[] = [];
    const onEntry = (entry: Uint8Array, index: number): void => {
      expect(entry).toEqual(entries[index]);
      seen.push(index);
    };
    await auditLog({ head: headOf(SIZE), read: readerOf(files), onEntry });
    expect(seen).toEqual([...entries.keys()]);
  });

  it('passes the empty log', async () => {
    const read = readerOf(new Map());
    expect(await auditLog({ head: headOf(0), since: [headOf(0)], read })).toMatchObject({ verdict: 'passed' });
    expect(await auditLog({ head: { size: 0, root: new Uint8Array(32) }, read })).toMatchObject({ verdict: 'failed' });
  });

  it('finds any file that was altered or is missing', async () => {
    for (const path of files.keys()) {
      const { verdict, findings } = await audit(altered(path));
      expect([path, verdict]).toEqual([path, 'failed']);
      expect(findings.length).toBeGreaterThan(0);
      expect(await audit(new Map([[path, undefined]]))).toMatchObject({
        verdict: 'failed',
        findings: [{ code: 'merkle.tile_missing', path }],
      });
    }
  });

  it('names the tile that was altered', async () => {
    expect((await audit(altered('tile/1/000.p/2'))).findings).toEqual([
      { code: 'merkle.tile_altered', path: 'tile/1/000.p/2' },
    ]);
  });

  it('finds a log whose entries and tiles were rewritten together', async () => {
    const others = entries.map((entry, index) => (index === 300 ? new Uint8Array([7]) : entry));
    const result = await auditLog({ head: headOf(SIZE), read: readerOf(filesOf(others)) });
    expect(result.findings).toEqual([{ code: 'merkle.root_mismatch', size: SIZE }]);
  });

  it('finds a log that was rewritten and signed anew, by an earlier checkpoint', async () => {
    const others = entries.map((entry, index) => (index === 300 ? new Uint8Array([7]) : entry));
    const head = { size: SIZE, root: treeHash(others) };
    const read = readerOf(filesOf(others));
    expect(await auditLog({ head, read })).toMatchObject({ verdict: 'passed' });
    expect((await auditLog({ head, since: [headOf(300)], read })).findings).toEqual([]);
    expect((await auditLog({ head, since: [headOf(301)], read })).findings).toEqual([
      { code: 'merkle.log_forked', size: 301 },
    ]);
  });

  it('finds a log that was cut and signed anew, by an earlier checkpoint', async () => {
    const head = headOf(400);
    const read = readerOf(filesOf(entries.slice(0, 400)));
    expect((await auditLog({ head, since: [headOf(399)], read })).findings).toEqual([]);
    expect((await auditLog({ head, since: [headOf(401)], read })).findings).toEqual([
      { code: 'merkle.log_cut', size: 401 },
    ]);
  });

  it('breaks off at a bundle that is not there instead of judging what follows', async () => {
    const path = tilePath({ level: 'entries', index: 1, width: 256 });
    expect(await audit(new Map([[path, undefined]]))).toMatchObject({ entries: 256 });
  });
});
