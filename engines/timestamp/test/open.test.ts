import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import { createRequest, encodeRejection, openTimestamp } from '../src/index.ts';

const token = der.sequence(der.oid('1.2.840.113549.1.7.2'));
const status = (value: number): Uint8Array => der.sequence(der.integer(value));

describe('what the bytes of a file are', () => {
  it('an answer: granted, granted with changes, refused', () => {
    expect(openTimestamp(der.sequence(status(0), token))).toMatchObject({ kind: 'response', token });
    expect(openTimestamp(der.sequence(status(1), token))).toMatchObject({
      kind: 'response',
      response: { status: 'grantedWithMods' },
      token,
    });
    const refused = openTimestamp(encodeRejection('badAlg', 'no'));
    expect(refused).toMatchObject({ kind: 'response', response: { failures: ['badAlg'] } });
    expect(refused).not.toHaveProperty('token');
  });

  it('a token alone, or what cannot be read', () => {
    expect(openTimestamp(token)).toEqual({ kind: 'token', token });
    const text = new TextEncoder().encode('not a token');
    expect(openTimestamp(text)).toEqual({ kind: 'token', token: text });
    const trailing = Uint8Array.of(...der.sequence(status(0), token), 0);
    expect(openTimestamp(trailing)).toEqual({ kind: 'token', token: trailing });
  });

  it('nothing, a query, an answer that contradicts itself', () => {
    const codeOf = (bytes: Uint8Array) => {
      const opened = openTimestamp(bytes);
      return opened.kind === 'none' ? opened.check : opened;
    };
    expect(codeOf(new Uint8Array(0))).toMatchObject({ code: 'timestamp.nothing', status: 'failed' });
    const value = new Uint8Array(createHash('sha256').update('a').digest());
    const query = createRequest({ algorithm: 'sha256', value });
    expect(codeOf(query)).toMatchObject({ code: 'timestamp.is_a_query', status: 'failed' });
    for (const contradiction of [
      der.sequence(status(2), token),
      der.sequence(status(0)),
      der.sequence(status(3), token),
    ])
      expect(codeOf(contradiction)).toMatchObject({ code: 'timestamp.response_contradicts', status: 'failed' });
  });
});
