import { createHash } from 'node:crypto';
import { toBase64Url, utf8Encode } from '@tra/kernel';
import type { DetachedFile } from '@tra/signature';
import type { Shown, Stage } from '../attack.ts';
import { sha256 } from '../bytes.ts';
import { compact, flat, forgery, invalid, make, payload, type Row } from './signature.ts';

const files: readonly DetachedFile[] = [
  { name: 'a.json', bytes: payload },
  { name: 'b.txt', bytes: utf8Encode('second') },
];
const sigD = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  crit: ['sigD'],
  sigD: {
    mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash',
    pars: files.map(({ name }) => name),
    hashM: 'S256',
    hashV: files.map(({ bytes }) => toBase64Url(sha256(bytes))),
    ...more,
  },
});
const outside = async (stage: Stage, more: Record<string, unknown>, detached = files): Promise<Shown> => {
  const { head, value } = await make(stage, { more, body: new Uint8Array() });
  return { bytes: utf8Encode(`${head}..${value}`), detached };
};
const honestOutside = (stage: Stage): Promise<Shown> => outside(stage, sigD());
const detachedRow = (name: string, reason: string, forged: Row['forged']): Row => ({
  name,
  clause: 'TS 119 182-1 5.2.8',
  reason,
  honest: honestOutside,
  forged,
});

/** Content beside the signature, alone and by sigD. */
export const detachedRows: readonly Row[] = [
  detachedRow('a file exchanged', 'signature.reference_differs', (stage) =>
    outside(stage, sigD(), [{ name: 'a.json', bytes: forgery }, files[1] as DetachedFile]),
  ),
  detachedRow('two files exchanged for each other', 'signature.reference_differs', (stage) =>
    outside(
      stage,
      sigD(),
      files.map(({ name }, index) => ({ name, bytes: files[1 - index]!.bytes })),
    ),
  ),
  detachedRow('a file missing', 'signature.reference_missing', (stage) => outside(stage, sigD(), files.slice(0, 1))),
  detachedRow('fewer hashes than files', 'signature.hash_mismatch', (stage) =>
    outside(stage, sigD({ hashV: [toBase64Url(sha256(payload))] })),
  ),
  detachedRow('a mechanism that nobody knows', 'signature.content_missing', (stage) =>
    outside(stage, sigD({ mId: 'urn:nobody' })),
  ),
  detachedRow('no hashes', 'signature.hash_mismatch', (stage) => outside(stage, sigD({ hashV: [] }))),
  detachedRow('hashes by SHA-1', 'signature.reference_method_unsupported', (stage) =>
    outside(
      stage,
      sigD({ hashM: 'S1', hashV: files.map(({ bytes }) => toBase64Url(createHash('sha1').update(bytes).digest())) }),
    ),
  ),
  detachedRow('no files named', 'signature.hash_mismatch', (stage) => outside(stage, sigD({ pars: [], hashV: [] }))),
  {
    name: 'detached payload exchanged',
    clause: 'RFC 7515 appendix F',
    reason: invalid,
    honest: async (stage) => ({
      bytes: utf8Encode(compact({ ...(await make(stage)), body: '' })),
      detached: [{ name: 'a', bytes: payload }],
    }),
    forged: async (stage) => ({
      bytes: utf8Encode(compact({ ...(await make(stage)), body: '' })),
      detached: [{ name: 'a', bytes: forgery }],
    }),
  },
  ...['compact', 'flat'].map(
    (form): Row => ({
      name: `a signature over nothing shown beside a file, ${form}`,
      clause: 'RFC 7515 appendix F',
      reason: invalid,
      honest: async (stage) => ({
        bytes: utf8Encode(compact({ ...(await make(stage)), body: '' })),
        detached: [{ name: 'a', bytes: payload }],
      }),
      forged: async (stage) => {
        const made = await make(stage, { body: new Uint8Array() });
        const bytes = utf8Encode(form === 'flat' ? flat(made) : compact(made));
        return { bytes, detached: [{ name: 'a', bytes: forgery }] };
      },
    }),
  ),
  {
    name: 'a file exchanged under an algorithm that nobody knows',
    clause: 'EN 319 102-1 5.2.7; TS 119 182-1 5.2.8.3.3',
    reason: 'signature.reference_differs',
    honest: honestOutside,
    forged: (stage) =>
      outside(stage, { ...sigD(), alg: 'XX256' }, [{ name: 'a.json', bytes: forgery }, files[1] as DetachedFile]),
  },
  {
    name: 'payload inside and sigD beside',
    clause: 'TS 119 182-1 5.2.8.1',
    reason: invalid,
    honest: honestOutside,
    forged: async (stage) => ({
      bytes: utf8Encode(compact(await make(stage, { more: sigD(), body: forgery }))),
      detached: files,
    }),
  },
];
