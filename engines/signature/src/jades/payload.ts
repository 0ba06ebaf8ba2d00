import { createHash } from 'node:crypto';
import { concatBytes, equalBytes, toBase64Url, utf8Encode } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { SignerFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { DetachedPart } from '../subject.ts';
import { jadesDigestOf } from './algorithms.ts';
import type { Json } from './json.ts';
import { type Header, type Jws, type JwsSignature, objectOf, octets } from './read.ts';

/** The payload of one signature, and what became of the files that `sigD` names. */
export interface Payload {
  /** Undefined when it is not at hand. */
  readonly octets?: Uint8Array;
  /** What earlier software takes for it. */
  readonly earlier?: Uint8Array;
  /** For a payload of digests: whether the files are those that were signed. */
  readonly hash: SignerFacts['hash'] | 'by value';
  readonly digest?: string;
  readonly references: readonly Check[];
  /** What time-stamps over the signed data cover, when that is not the payload: the files that `sigD` names (TS 119 182-1 clause 5.3.6.3). */
  readonly stamped?: readonly Uint8Array[];
}

const byUri = 'http://uri.etsi.org/19182/ObjectIdByURI';
const byHash = 'http://uri.etsi.org/19182/ObjectIdByURIHash';
const maxFiles = 256;

/** The payload as it enters the signing input (RFC 7797; `sigD`: TS 119 182-1 clause 5.2.8). Throws `JsonError`. */
export function payloadOf({ payload }: Jws, { header }: JwsSignature, detached: readonly DetachedPart[]): Payload {
  const encode = (content: Uint8Array): Uint8Array =>
    header.b64 === false ? content : utf8Encode(toBase64Url(content));
  if (header.sigD !== undefined) {
    const found = bySigD(objectOf(header.sigD), detached, encode);
    // The content is detached (TS 119 182-1 clause 5.2.8.1): a payload beside it is not what was signed.
    return payload === undefined ? found : { ...found, hash: 'differs' };
  }
  if (payload !== undefined) {
    if (header.b64 !== false) octets(payload);
    return { octets: utf8Encode(payload), hash: 'by value', references: [] };
  }
  const [only] = detached;
  if (!only) return { hash: 'content_missing', references: [] };
  return { octets: encode(only.bytes), hash: 'by value', references: [] };
}

function bySigD(sigD: Header, detached: readonly DetachedPart[], encode: (content: Uint8Array) => Uint8Array): Payload {
  if (sigD.mId === byHash) return byDigests(sigD, detached, encode);
  return sigD.mId === byUri ? byFiles(sigD, detached, encode) : { hash: 'content_missing', references: [] };
}

function namesIn(sigD: Header): readonly string[] {
  const names = Array.isArray(sigD.pars) ? (sigD.pars as readonly Json[]).slice(0, maxFiles) : [];
  return names.map((name) => (typeof name === 'string' ? name : ''));
}

function fileNamed(
  name: string,
  detached: readonly DetachedPart[],
  fits: (part: DetachedPart) => boolean,
): DetachedPart | undefined {
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // A name that is not percent-encoded stands for itself.
  }
  const named = detached.find((part) => part.name === name || part.name === decoded);
  return named ?? detached.find(fits) ?? (detached.length === 1 ? detached[0] : undefined);
}

const shown = (name: string): { readonly uri: string } => ({ uri: name.slice(0, 200) });

/** The payload is empty; the header holds a digest of each file, over the file or over its base64url text. */
function byDigests(
  sigD: Header,
  detached: readonly DetachedPart[],
  encode: (content: Uint8Array) => Uint8Array,
): Payload {
  const digest = jadesDigestOf(sigD.hashM);
  const names = namesIn(sigD);
  const values = Array.isArray(sigD.hashV) ? (sigD.hashV as readonly Json[]) : [];
  const empty = { octets: new Uint8Array(), ...(digest === undefined ? {} : { digest }) };
  if (!digest || names.length === 0 || values.length !== names.length)
    return { ...empty, hash: 'differs', references: [] };
  const outcomes = names.map((name, index) => {
    const value = values[index];
    const expected = typeof value === 'string' ? octets(value) : new Uint8Array();
    const fits = ({ bytes }: DetachedPart): boolean =>
      [bytes, utf8Encode(toBase64Url(bytes))].some((data) =>
        equalBytes(createHash(digest).update(data).digest(), expected),
      );
    const file = fileNamed(name, detached, fits);
    if (!file) return finding('signature.reference_missing', shown(name));
    return finding(fits(file) ? 'signature.reference_intact' : 'signature.reference_differs', shown(name));
  });
  const codes = outcomes.map(({ code }) => code);
  const files = names.map((name) => fileNamed(name, detached, () => false));
  const all = files.filter((file) => file !== undefined);
  const stamped = all.length === names.length ? { stamped: all.map(({ bytes }) => encode(bytes)) } : {};
  const differs = codes.includes('signature.reference_differs');
  const missing = codes.includes('signature.reference_missing');
  return {
    ...empty,
    hash: differs ? 'differs' : missing ? 'content_missing' : 'matches',
    references: outcomes,
    ...stamped,
  };
}

/** The payload is the files that `sigD` names, one after the other; each is encoded by itself unless `b64` is false (TS 119 182-1 clause 5.2.8.3.2). Earlier software joins them first; the files and their order are the same. */
function byFiles(
  sigD: Header,
  detached: readonly DetachedPart[],
  encode: (content: Uint8Array) => Uint8Array,
): Payload {
  const names = namesIn(sigD);
  const files = names.map((name) => fileNamed(name, detached, () => false));
  const missing = names
    .filter((_, index) => !files[index])
    .map((name) => finding('signature.reference_missing', shown(name)));
  if (missing.length > 0 || names.length === 0) return { hash: 'content_missing', references: missing };
  const all = files.map((file) => file?.bytes ?? new Uint8Array());
  return {
    octets: concatBytes(...all.map(encode)),
    ...(all.length > 1 ? { earlier: encode(concatBytes(...all)) } : {}),
    hash: 'by value',
    references: [],
  };
}
