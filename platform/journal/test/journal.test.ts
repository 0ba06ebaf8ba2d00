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
function watched(): { options: JournalOptions; seen: string[]; fail: (what: 'write' | 'short') => void } {
  const seen: string[] = [];
  let failing: string | undefined;
  const openFile: JournalOptions['openFile'] = async (path) => {
    const file = await open(path, 'wx', 0o600);
    return {
      write: async (bytes, position) => {
        seen.push(`write ${bytes.length} at ${position}`);
        if (failing === 'write') throw new Error('ENOSPC');
        const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
        return failing === 'short' ? 1 : bytesWritten;
      },
      truncate: (length) => file.truncate(length),
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
    expect(seen).toEqual(['write 5 at 0']);
    const appended = Array.from({ length: 3000 }, (_, index) => journal.append(text(String(index)), text(',')));
    await Promise.all(appended);
    expect(journal.size).toBe(readFileSync(path).length);
    await journal.close();
    expect(readFileSync(path, 'latin1')).toBe(
      `head.${Array.from({ length: 3000 }, (_, index) => `${index},`).join('')}`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // What came in one turn of the event loop is one write, and one promise.
    expect(seen.slice(1)).toEqual([`write ${journal.size - 5} at 5`]);
    expect(new Set(appended).size).toBe(1);
  });

  it('gathers while a write runs', async () => {
    let finish = (): void => undefined;
    const seen: number[] = [];
    const openFile: JournalOptions['openFile'] = async () => ({
      write: async (bytes) => {
        seen.push(bytes.length);
        if (seen.length === 2) await new Promise<void>((resolve) => (finish = resolve));
        return bytes.length;
      },
      truncate: async () => undefined,
      close: async () => undefined,
    });
    const journal = await createJournal(join(folder, 'a.log'), text('head'), { openFile });
    const first = journal.append(text('1'));
    while (seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const others = [journal.append(text('2')), journal.append(text('3'))];
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([4, 1]);
    finish();
    await Promise.all([first, ...others]);
    expect(seen).toEqual([4, 1, 2]);
  });

  it('copies what it is given at once', async () => {
    const path = join(folder, 'a.log');
    const journal = await createJournal(path, text('head'));
    const bytes = text('one');
    const written = journal.append(bytes);
    bytes.fill(0);
    await written;
    expect(readFileSync(path, 'latin1')).toBe('headone');
    await journal.close();
  });

  it('writes over zeros that lie there already, never past them, and cuts off what it did not use', async () => {
    const { options, seen } = watched();
    const path = join(folder, 'a.log');
    const journal = await createJournal(path, text('head'), { ...options, reserve: 2 << 20 });
    await journal.append(text('1'));
    expect(seen).toEqual(['write 4 at 0', 'write 1048576 at 4', 'write 1 at 4']);
    const room = readFileSync(path).subarray(5);
    expect(room.equals(Buffer.alloc((1 << 20) - 1))).toBe(true);
    let expected = 'head1';
    for (let turn = 0; turn < 40; turn += 1) {
      const piece = String.fromCharCode(97 + (turn % 26)).repeat(100_000);
      expected += piece;
      await journal.append(text(piece));
    }
    let zeros = 4;
    for (const [, length, at] of seen.map((line) => /write (\d+) at (\d+)/.exec(line) ?? [])) {
      if (Number(length) >= 1 << 20) zeros = Math.max(zeros, Number(at) + Number(length));
      else expect(Number(at) + Number(length)).toBeLessThanOrEqual(zeros);
    }
    expect(statSync(path).size).toBeGreaterThan(expected.length);
    await journal.close();
    expect(readFileSync(path, 'latin1')).toBe(expected);
  });

  it('goes on without zeros where there is no room for them', async () => {
    const path = join(folder, 'a.log');
    const openFile: JournalOptions['openFile'] = async (name) => {
      const file = await open(name, 'wx', 0o600);
      return {
        write: async (bytes, position) => {
          if (bytes.length >= 1 << 20) throw new Error('ENOSPC');
          return (await file.write(bytes, 0, bytes.length, position)).bytesWritten;
        },
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      };
    };
    const journal = await createJournal(path, text('head'), { openFile, reserve: 1 << 20 });
    await journal.append(text('1'));
    await journal.close();
    expect(readFileSync(path, 'latin1')).toBe('head1');
  });

  it.each(['write', 'short'] as const)('ends with a failed %s: nothing is answered for after it', async (what) => {
    const { options, fail } = watched();
    const journal = await createJournal(join(folder, 'a.log'), text('head'), options);
    await journal.append(text('1'));
    fail(what);
    const both = [journal.append(text('2')), journal.append(text('3'))];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'journal.write_failed' });
    await expect(journal.append(text('4'))).rejects.toMatchObject({ code: 'journal.write_failed' });
    await journal.close();
    await expect(journal.append(text('5'))).rejects.toMatchObject({ code: 'journal.write_failed' });
  });

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
