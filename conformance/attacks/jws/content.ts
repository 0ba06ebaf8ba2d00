import { toBase64, toBase64Url } from '@tra/kernel';
import { stampOver } from '../bytes.ts';
import { changed, compact, flat, forgery, headerOf, invalid, make, type Row, text, unreadable } from './signature.ts';

/** Content, encoding and several signatures. */
export const contentRows: readonly Row[] = [
  {
    name: 'payload exchanged',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: changed((made) => compact({ ...made, body: toBase64Url(forgery) })),
  },
  {
    name: 'header exchanged',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: changed((made, { victim }) => compact({ ...made, head: text(headerOf(victim, { iat: 1_700_000_000 })) })),
  },
  {
    name: 'white space in the payload',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, body: `${made.body.slice(0, 9)} ${made.body.slice(9)}` })),
  },
  {
    name: 'padding behind the payload',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, body: `${made.body}=` })),
  },
  {
    name: 'bits that mean nothing in the signature',
    clause: 'RFC 4648 3.5',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, value: made.value.slice(0, -1) + nextOf(made.value.at(-1) ?? 'A') })),
  },
  {
    name: 'the other alphabet in the signature',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, value: `+/${made.value.slice(2)}` })),
  },
  {
    name: 'a fourth part',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed((made) => `${compact(made)}.${made.value}`),
  },
  {
    name: 'two parts',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed(({ body, head }) => `${head}.${body}`),
  },
  {
    name: 'two joined',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed((made) => compact(made) + compact(made)),
  },
  {
    name: 'cut short',
    clause: 'RFC 7515 5.2',
    reason: unreadable,
    // One character more than whole octets have: no signature value is left that could be read.
    forged: changed((made) => compact(made).slice(0, -5)),
  },
  {
    name: 'JSON with something behind it',
    clause: 'RFC 8259 2',
    reason: unreadable,
    forged: changed((made) => `${flat(made)}{}`),
  },
  {
    name: 'one signature and a list of them',
    clause: 'RFC 7515 7.2.2',
    reason: unreadable,
    forged: changed((made) => flat(made, { signatures: [{ protected: made.head, signature: made.value }] })),
  },
  {
    name: 'one of two signatures broken',
    clause: 'RFC 7515 5.2; EN 319 102-1 5.1.3',
    reason: invalid,
    forged: changed(({ body, head, value }) => {
      const members = [value, toBase64Url(new Uint8Array(64).fill(1))].map((one) => ({
        protected: head,
        signature: one,
      }));
      return JSON.stringify({ payload: body, signatures: members });
    }),
  },
  {
    name: 'one of two signatures by the impostor',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: async (stage) => {
      const [own, other] = await Promise.all([make(stage), make(stage, { by: stage.impostor })]);
      return JSON.stringify({
        payload: own.body,
        signatures: [own, other].map(({ head, value }) => ({ protected: head, signature: value })),
      });
    },
  },
  {
    name: 'no signature in the list',
    clause: 'RFC 7515 7.2.1',
    reason: unreadable,
    forged: changed(({ body }) => JSON.stringify({ payload: body, signatures: [] })),
  },
  {
    name: 'a time-stamp over something else',
    clause: 'TS 119 182-1 5.3.4',
    reason: 'signature.timestamp_other_data',
    forged: async (stage) => {
      const token = toBase64(await stampOver(stage.victim, forgery));
      return flat(await make(stage), { header: { etsiU: [text({ sigTst: { tstTokens: [{ val: token }] } })] } });
    },
  },
];

function nextOf(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) ^ 1] ?? 'A';
}
