import { createHash } from 'node:crypto';
import { concatBytes, equalBytes, toBase64Url, utf8Encode } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { SignerFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { DetachedPart, FindContext, HashedFile } from '../subject.ts';
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
  /** Nothing stands where the payload would: `octets` are none, and unless they are what was signed the content is elsewhere. */
  readonly isPerhapsElsewhere?: true;
  readonly digest?: string;
  readonly references: readonly Check[];
  /** What time-stamps over the signed data cover, when that is not the payload: the files that `sigD` names (TS 119 182-1 clause 5.3.6.3). */
  readonly stamped?: readonly Uint8Array[];
}

const byUri = 'http://uri.etsi.org/19182/ObjectIdByURI';
const byHash = 'http://uri.etsi.org/19182/ObjectIdByURIHash';
const maxFiles = 256;

/** The payload as it enters the signing input (RFC 7797; `sigD`: TS 119 182-1 clause 5.2.8). Throws `JsonError`. */
export function payloadOf({ payload }: Jws, { header }: JwsSignature, beside: Beside): Payload {
  const encode = (content: Uint8Array): Uint8Array =>
    header.b64 === false ? content : utf8Encode(toBase64Url(content));
  if (header.sigD !== undefined) {
    const found = bySigD(objectOf(header.sigD), beside, { encode, isPlain: header.b64 === false });
    // The content is detached (TS 119 182-1 clause 5.2.8.1): a payload beside it is not what was signed.
    return !payload ? found : { ...found, hash: 'differs' };
  }
  if (payload) {
    if (header.b64 !== false) octets(payload);
    return { octets: utf8Encode(payload), hash: 'by value', references: [] };
  }
  const [only] = beside.detached;
  if (only) return { octets: encode(only.bytes), hash: 'by value', references: [] };
  const references = (beside.hashed ?? []).slice(0, 1).map(needsOctets);
  // A file beside it is what is asked about: that the signature is one over nothing must not pass for one over the file.
  return payload === undefined || references.length > 0
    ? { hash: 'content_missing', references }
    : { octets: new Uint8Array(), hash: 'by value', isPerhapsElsewhere: true, references };
}

/** Files beside the JWS. */
type Beside = Pick<FindContext, 'detached' | 'hashed'>;

/** How the content of a file enters what is hashed or signed. */
interface Encoding {
  readonly encode: (content: Uint8Array) => Uint8Array;
  /** `b64` is false: nothing is encoded. */
  readonly isPlain: boolean;
}

function bySigD(sigD: Header, beside: Beside, encoding: Encoding): Payload {
  if (sigD.mId === byHash) return byDigests(sigD, beside, encoding);
  return sigD.mId === byUri ? byFiles(sigD, beside, encoding) : { hash: 'content_missing', references: [] };
}

function namesIn(sigD: Header): readonly string[] {
  const names = Array.isArray(sigD.pars) ? (sigD.pars as readonly Json[]).slice(0, maxFiles) : [];
  return names.map((name) => (typeof name === 'string' ? name : ''));
}

type File = DetachedPart | HashedFile;

const octetsIn = (file: File | undefined): Uint8Array | undefined => (file && 'bytes' in file ? file.bytes : undefined);

/** The file of a name, else the one that fits, else the only one there is for the only name. */
function fileNamed(
  name: string,
  { detached, hashed = [], isSingle }: Beside & { readonly isSingle: boolean },
  fits: (file: File) => boolean | undefined,
): File | undefined {
  const files = [...detached, ...hashed];
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // A name that is not percent-encoded stands for itself.
  }
  const named = files.find((file) => file.name === name || file.name === decoded);
  return named ?? files.find(fits) ?? (isSingle && files.length === 1 ? files[0] : undefined);
}

const shown = (name: string): { readonly uri: string } => ({ uri: name.slice(0, 200) });

const needsOctets = ({ name = '' }: File): Check => finding('signature.reference_needs_octets', shown(name));

/** Whether a file has a digest; undefined where that takes its octets: another algorithm, or perhaps its base64url text was hashed. */
function hasDigest(
  file: File,
  { digest, expected, isPlain }: { readonly digest: string; readonly expected: Uint8Array; readonly isPlain: boolean },
): boolean | undefined {
  if ('bytes' in file) {
    const forms = [file.bytes, utf8Encode(toBase64Url(file.bytes))];
    return forms.some((data) => equalBytes(createHash(digest).update(data).digest(), expected));
  }
  const own = file.digests[digest];
  if (own && equalBytes(own, expected)) return true;
  return own && isPlain ? false : undefined;
}

/** The payload is empty; the header holds a digest of each file, over the file or over its base64url text. */
function byDigests(sigD: Header, files: Beside, { encode, isPlain }: Encoding): Payload {
  const digest = jadesDigestOf(sigD.hashM);
  const names = namesIn(sigD);
  const beside = { ...files, isSingle: names.length === 1 };
  const values = Array.isArray(sigD.hashV) ? (sigD.hashV as readonly Json[]) : [];
  const empty = { octets: new Uint8Array(), ...(digest === undefined ? {} : { digest }) };
  if (names.length === 0 || values.length !== names.length) return { ...empty, hash: 'differs', references: [] };
  if (!digest) {
    const references = names.map((name) => finding('signature.reference_method_unsupported', shown(name)));
    return { ...empty, hash: 'unknown', references };
  }
  const outcomes = names.map((name, index) => {
    const value = values[index];
    const expected = typeof value === 'string' ? octets(value) : new Uint8Array();
    const fits = (one: File): boolean | undefined => hasDigest(one, { digest, expected, isPlain });
    const file = fileNamed(name, beside, fits);
    if (!file) return finding('signature.reference_missing', shown(name));
    const isIntact = fits(file);
    if (isIntact === undefined) return finding('signature.reference_needs_octets', shown(name));
    return finding(isIntact ? 'signature.reference_intact' : 'signature.reference_differs', shown(name));
  });
  const codes = outcomes.map(({ code }) => code);
  const all = names.flatMap((name) => octetsIn(fileNamed(name, beside, () => false)) ?? []);
  const stamped = all.length === names.length ? { stamped: all.map(encode) } : {};
  const differs = codes.includes('signature.reference_differs');
  const missing = ['signature.reference_missing', 'signature.reference_needs_octets'].some((code) =>
    codes.includes(code),
  );
  return {
    ...empty,
    hash: differs ? 'differs' : missing ? 'content_missing' : 'matches',
    references: outcomes,
    ...stamped,
  };
}

/** The payload is the files that `sigD` names, one after the other; each is encoded by itself unless `b64` is false (TS 119 182-1 clause 5.2.8.3.2). Earlier software joins them first; the files and their order are the same. */
function byFiles(sigD: Header, given: Beside, { encode }: Encoding): Payload {
  const names = namesIn(sigD);
  const beside = { ...given, isSingle: names.length === 1 };
  const files = names.map((name) => fileNamed(name, beside, () => false));
  const missing = names.flatMap((name, index) => {
    const file = files[index];
    if (octetsIn(file)) return [];
    return [finding(file ? 'signature.reference_needs_octets' : 'signature.reference_missing', shown(name))];
  });
  if (missing.length > 0 || names.length === 0) return { hash: 'content_missing', references: missing };
  const all = files.flatMap((file) => octetsIn(file) ?? []);
  return {
    octets: concatBytes(...all.map(encode)),
    ...(all.length > 1 ? { earlier: encode(concatBytes(...all)) } : {}),
    hash: 'by value',
    references: [],
  };
}
