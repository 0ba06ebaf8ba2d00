// What RFC 3161 section 2.4 and X.690 (DER) say about a request, read a second time and in another way than the product does: nothing of the
// product is used here, so that a mistake in its readers cannot hide in what is expected of them.

/** The PKIFailureInfo that a request deserves, or `granted`. */
export type Expected =
  | 'granted'
  | 'badDataFormat'
  | 'badRequest'
  | 'badAlg'
  | 'unacceptedPolicy'
  | 'unacceptedExtension';

/** What the authority under test accepts, in hexadecimal of the encoded OIDs without header. */
export interface ReferenceRules {
  /** Digest lengths in octets. */
  readonly digests: ReadonlyMap<string, number>;
  readonly policies: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

/** The request as the reference reads it. */
export interface ReferenceReading {
  readonly expected: Expected;
  /** Of a granted one: hexadecimal octets. */
  readonly imprint?: string;
  readonly nonce?: string;
}

class Malformed extends Error {}

interface Value {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** The values one after the other that fill `bytes`: low tags, definite lengths in the fewest octets. */
function valuesIn(bytes: Buffer): Value[] {
  const values: Value[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new Malformed();
    const more = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + more;
    if (first === 0x80 || more > 4 || start > bytes.length) throw new Malformed();
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    if (more > 0 && (length < 0x80 || (more > 1 && bytes[at + 2] === 0))) throw new Malformed();
    const end = start + length;
    if (end > bytes.length) throw new Malformed();
    values.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return values;
}

function one(values: Value[], tag: number): Value {
  const value = values.shift();
  if (value?.tag !== tag) throw new Malformed();
  return value;
}

function optional(values: Value[], tag: number): Value | undefined {
  return values[0]?.tag === tag ? values.shift() : undefined;
}

function end(values: readonly Value[]): void {
  if (values.length > 0) throw new Malformed();
}

function integer({ content }: Value): Buffer {
  const [first = 0, second = 0] = content;
  const padded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (content.length === 0 || padded) throw new Malformed();
  return content;
}

/** Arcs in base 128, none begun with padding, the last one finished. */
function oid({ content }: Value): string {
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw new Malformed();
    fresh = octet < 0x80;
  }
  // The standard knows no longest OID; nobody has any above 128 octets, and the product reads no longer ones.
  if (content.length === 0 || content.length > 128 || !fresh) throw new Malformed();
  return content.toString('hex');
}

function boolean({ content }: Value): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new Malformed();
  return content[0] === 0xff;
}

function extensionsIn(value: Value): string[] {
  const ids = valuesIn(value.content).map((extension) => {
    if (extension.tag !== 0x30) throw new Malformed();
    const fields = valuesIn(extension.content);
    const id = oid(one(fields, 6));
    const critical = optional(fields, 1);
    if (critical) boolean(critical);
    one(fields, 4);
    end(fields);
    return id;
  });
  if (ids.length === 0 || new Set(ids).size < ids.length) throw new Malformed();
  return ids;
}

interface Fields {
  readonly version: string;
  readonly imprint: Value;
  readonly digest: string;
  readonly length: number;
  readonly policy?: string | undefined;
  readonly nonce?: Buffer | undefined;
  readonly extensions: readonly string[];
}

function fieldsOf(bytes: Buffer): Fields {
  const outer = valuesIn(bytes);
  const request = valuesIn(one(outer, 0x30).content);
  end(outer);
  const version = integer(one(request, 2)).toString('hex');
  const imprint = one(request, 0x30);
  const [parts, algorithm] = [valuesIn(imprint.content), [] as Value[]];
  algorithm.push(...valuesIn(one(parts, 0x30).content));
  const digest = oid(one(algorithm, 6));
  const parameters = optional(algorithm, 5);
  if (parameters && parameters.content.length > 0) throw new Malformed();
  end(algorithm);
  const { length } = one(parts, 4).content;
  end(parts);
  const policy = optional(request, 6);
  const nonce = optional(request, 2);
  const certReq = optional(request, 1);
  if (certReq) boolean(certReq);
  const extensions = optional(request, 0xa0);
  end(request);
  return {
    ...{ version, imprint, digest, length },
    policy: policy && oid(policy),
    nonce: nonce && integer(nonce),
    extensions: extensions ? extensionsIn(extensions) : [],
  };
}

/** What a request deserves under `rules`; faults are looked for in the order in which a request is read. */
export function readByReference(bytes: Uint8Array, rules: ReferenceRules): ReferenceReading {
  if (bytes.length > 4096) return { expected: 'badDataFormat' };
  try {
    const fields = fieldsOf(Buffer.from(bytes));
    return { expected: judge(fields, rules), imprint: fields.imprint.whole.toString('hex'), ...nonceOf(fields) };
  } catch (error) {
    if (error instanceof Malformed) return { expected: 'badDataFormat' };
    throw error;
  }
}

function nonceOf({ nonce }: Fields): { nonce?: string } {
  return nonce ? { nonce: nonce.toString('hex') } : {};
}

function judge({ version, digest, length, policy, nonce, extensions }: Fields, rules: ReferenceRules): Expected {
  if (version !== '01') return 'badRequest';
  const wanted = rules.digests.get(digest);
  if (wanted === undefined) return 'badAlg';
  if (wanted !== length || (nonce && nonce.length > 64)) return 'badDataFormat';
  if (policy !== undefined && !rules.policies.has(policy)) return 'unacceptedPolicy';
  return extensions.every((id) => rules.extensions.has(id)) ? 'granted' : 'unacceptedExtension';
}
