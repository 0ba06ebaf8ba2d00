import { utf8Encode } from '@tra/kernel';
import { asPrincipal } from '@tra/platform-system/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batches, small, startBatches } from './batch-world.ts';
import { type Part, type TestMember, zipOf } from './world.ts';

let signed: Batches['signed'];
let kept: Batches['kept'];
let post: Batches['post'];
let ask: Batches['ask'];
let batch: Batches['batch'];
let running: Batches['running'];

beforeAll(async () => {
  ({ signed, kept, post, ask, batch, running } = await startBatches());
});
afterAll(() => running.close());

describe('a ZIP of documents', () => {
  const member = (name: string, bytes: string | Uint8Array, more: Partial<TestMember> = {}): TestMember => ({
    name,
    bytes: typeof bytes === 'string' ? utf8Encode(bytes) : bytes,
    ...more,
  });

  it('is a batch, whatever its size; a ZIP inside is a document that is not opened', async () => {
    const inner = zipOf([member('signed.pdf', signed)]);
    const archive = zipOf([
      member('ปี 2569/', ''),
      member('ปี 2569/ใบอนุญาต.pdf', signed),
      member('../../etc/passwd', 'root', { stored: true }),
      member('inner.zip', inner),
    ]);
    const { id } = await batch([['archive', archive, 'all.zip']]);
    const { body } = await ask(`${id}/reports`);
    expect(body.items.map(({ report }: { report: { document: { name: string } } }) => report.document.name)).toEqual([
      'ปี 2569/ใบอนุญาต.pdf',
      'etc/passwd',
      'inner.zip',
    ]);
    expect(body.items.map(({ verdict }: { verdict: string }) => verdict)[0]).toBe('passed');
    expect(body.items[2].report.signatures).toEqual([]);
  });

  const zeros = new Uint8Array(1_500_000);
  const cases: readonly (readonly [string, () => Uint8Array, number, string])[] = [
    ['that is none', () => utf8Encode('PK no'), 422, 'validation.archive_unreadable'],
    ['that is cut short', () => zipOf([member('a', signed)]).subarray(0, 900), 422, 'validation.archive_unreadable'],
    ['with content far larger than itself', () => zipOf([member('a', zeros)]), 422, 'validation.archive_bomb'],
    [
      'whose members share their data',
      () => zipOf([member('a', signed), member('b', signed, { sharedWith: 0 })]),
      422,
      'validation.archive_bomb',
    ],
    [
      'with a member larger than it says',
      () => zipOf([member('a', signed, { statedSize: 10 })]),
      422,
      'validation.archive_bomb',
    ],
    [
      'with a member that is damaged',
      () => zipOf([member('a', signed, { statedCrc: 1 })]),
      422,
      'validation.archive_unreadable',
    ],
    ['with a password', () => zipOf([member('a', signed, { flags: 1 })]), 422, 'validation.archive_encrypted'],
    [
      'with too many members',
      () => zipOf(Array.from({ length: 41 }, (_, index) => member(`${index}`, 'x'))),
      413,
      'validation.too_many_files',
    ],
    [
      'with a member that is too large',
      () => zipOf([member('a', new Uint8Array(2_000_001), { stored: true })]),
      413,
      'validation.file_too_large',
    ],
    [
      'that is too large in all',
      () =>
        zipOf(
          ['a', 'b', 'c'].map((name) =>
            member(
              name,
              new Uint8Array(1_900_000).map((_, at) => at * 7 + (at >> 5)),
              { stored: true },
            ),
          ),
        ),
      413,
      'validation.archive_too_large',
    ],
    ['without a document', () => zipOf([member('folder/', '')]), 422, 'validation.no_file'],
  ];
  it.each(cases)('%s is refused by name', async (_, make, expected, code) => {
    const { status, body } = await post([['archive', make(), 'a.zip']], asPrincipal('zip'));
    expect([status, body.code]).toEqual([expected, code]);
    expect(kept.size).toBe(0);
  });

  it('does not come with documents beside it', async () => {
    const archive: Part = ['archive', zipOf([member('a', 'x')]), 'a.zip'];
    for (const parts of [
      [archive, small],
      [small, archive],
      [archive, archive],
    ]) {
      expect((await post(parts, asPrincipal('mixed'))).body.code).toBe('validation.archive_mixed');
    }
  });
});
