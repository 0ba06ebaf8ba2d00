import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournal, type JournalOptions, listJournals } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tra-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A file that counts what it is asked, and fails when told. */
function watched(): { options: JournalOptions; seen: string[]; fail: (what: 'write' | 'sync' | 'short') => void } {
  const seen: string[] = [];
  let failing: string | undefined;
  const openFile: JournalOptions['openFile'] = async (path) => {
    const file = await open(path, 'ax', 0o600);
    return {
      writev: (async (parts: Uint8Array[]) => {
        seen.push(`write ${parts.length}`);
        if (failing === 'write') throw new Error('ENOSPC');
        const written = await file.writev(parts);
        return failing === 'short' ? { ...written, bytesWritten: 1 } : written;
      }) as never,
      datasync: async () => {
        seen.push('sync');
        if (failing === 'sync') throw new Error('EIO');
        await file.datasync();
      },
      close: () => file.close(),
    };
  };
  return {
    options: { openFile },
    seen,
    fail: (what) => {
      failing = what;
    },
  };
}

describe('a journal', () => {
  it('holds what was appended in order, and answers after the sync', async () => {
    const { options, seen } = watched();
    const path = join(folder, 'deep', 'a.log');
    const journal = await createJournal(path, text('head.'), options);
    expect(seen).toEqual(['write 1', 'sync']);
    await Promise.all(Array.from({ length: 3000 }, (_, index) => journal.append(text(`${index},`))));
    expect(journal.size).toBe(readFileSync(path).length);
    await journal.close();
    expect(readFileSync(path, 'latin1')).toBe(
      `head.${Array.from({ length: 3000 }, (_, index) => `${index},`).join('')}`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // The first alone, then what gathered meanwhile, in writes of 1,024 at most, each with its sync.
    expect(seen.slice(2)).toEqual(['write 1', 'sync', 'write 1024', 'sync', 'write 1024', 'sync', 'write 951', 'sync']);
  });

  it.each(['write', 'sync', 'short'] as const)(
    'ends with a failed %s: nothing is answered for after it',
    async (what) => {
      const { options, fail } = watched();
      const journal = await createJournal(join(folder, 'a.log'), text('head'), options);
      await journal.append(text('1'));
      fail(what);
      const both = [journal.append(text('2')), journal.append(text('3'))];
      for (const one of both) await expect(one).rejects.toMatchObject({ code: 'journal.write_failed' });
      await expect(journal.append(text('4'))).rejects.toMatchObject({ code: 'journal.write_failed' });
      await journal.close();
      await expect(journal.append(text('5'))).rejects.toMatchObject({ code: 'journal.write_failed' });
    },
  );

  it('is never laid over another file', async () => {
    const path = join(folder, 'a.log');
    await (await createJournal(path, text('one'))).close();
    await expect(createJournal(path, text('two'))).rejects.toMatchObject({ code: 'journal.exists' });
    expect(readFileSync(path, 'latin1')).toBe('one');
    await expect(createJournal(join(path, 'b.log'), text('x'))).rejects.toMatchObject({ code: 'journal.write_failed' });
  });

  it('is found again by its name', async () => {
    expect(await listJournals(join(folder, 'none'), '.log')).toEqual([]);
    for (const name of ['b.log', 'a.log', 'c.txt']) await (await createJournal(join(folder, name), text(name))).close();
    const files = await listJournals(folder, '.log');
    expect(files.map(({ name }) => name)).toEqual(['a.log', 'b.log']);
    expect(await files[0]?.read()).toEqual(text('a.log'));
    expect(Date.now() - (files[0]?.modifiedAt.getTime() ?? 0)).toBeLessThan(60_000);
  });
});
