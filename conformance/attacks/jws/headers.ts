import { toBase64Url, utf8Encode } from '@tra/kernel';
import {
  flat,
  forgery,
  headerOf,
  invalid,
  make,
  malformed,
  payload,
  type Row,
  signed,
  unreadable,
} from './signature.ts';

const critical = (name: string, more: Record<string, unknown>): Row => ({
  name,
  clause: 'RFC 7515 4.1.11',
  reason: malformed,
  forged: signed({ more }),
});
/** Headers: critical names, b64, names twice. */
export const headerRows: readonly Row[] = [
  critical('an unknown critical name', { crit: ['expiresNow'], expiresNow: true }),
  critical('a critical name that is not there', { crit: ['sigPId'] }),
  critical('an empty list of critical names', { crit: [] }),
  critical('a critical name of the standard itself', { crit: ['alg'] }),
  critical('critical names that are no list', { crit: 'sigT' }),
  {
    name: 'critical names outside the protected header',
    clause: 'RFC 7515 4.1.11',
    reason: malformed,
    forged: async (stage) => flat(await make(stage), { header: { crit: ['x'], x: 1 } }),
  },
  {
    name: 'b64 that is not critical',
    clause: 'RFC 7797 6',
    reason: malformed,
    forged: signed({ more: { b64: false } }),
  },
  {
    name: 'b64 outside the protected header',
    clause: 'RFC 7797 3',
    reason: malformed,
    forged: async (stage) => flat(await make(stage), { header: { b64: false } }),
  },
  {
    name: 'the payload taken for its own base64url',
    clause: 'RFC 7797 3, 8',
    reason: invalid,
    forged: async (stage) => {
      const inner = utf8Encode(toBase64Url(payload));
      const { head, value } = await make(stage, { more: { b64: false, crit: ['b64'] }, input: inner });
      return { bytes: utf8Encode(`${head}..${value}`), detached: [{ name: 'a', bytes: payload }] };
    },
  },
  {
    name: 'a name twice in the protected header',
    clause: 'RFC 7515 4; RFC 8725 2.6',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: JSON.stringify(headerOf(victim)).replace('{', '{"alg":"none",') })),
  },
  {
    name: 'a name twice, once escaped',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: JSON.stringify(headerOf(victim)).replace('{', '{"\\u0061lg":"none",') })),
  },
  {
    name: 'the payload twice',
    clause: 'RFC 7515 7.2.2',
    reason: unreadable,
    forged: async (stage) => flat(await make(stage)).replace('{', `{"payload":"${toBase64Url(forgery)}",`),
  },
  {
    name: 'the algorithm in both headers',
    clause: 'RFC 7515 7.2.1',
    reason: unreadable,
    forged: async (stage) => flat(await make(stage), { header: { alg: 'none' } }),
  },
  {
    name: 'the algorithm outside the protected header',
    clause: 'TS 119 182-1 5.1.2',
    reason: malformed,
    forged: async (stage) => flat(await make(stage, { more: { alg: undefined } }), { header: { alg: 'ES256' } }),
  },
  {
    name: 'a protected header that is a list',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed({ raw: '["ES256"]' }),
  },
  {
    name: 'a protected header with something behind it',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: `${JSON.stringify(headerOf(victim))}{}` })),
  },
];
