import { readDer, readOctetString } from '@tra/asn1';
import { type Json, toHex } from '@tra/kernel';
import { PkiError } from '../errors.ts';

/** Takes octets one after the other, as TLS structures are written (RFC 8446 section 3). */
class TlsReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new PkiError('pki.request_invalid', { params: { reason: 'timestamps' } });
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  number(octets: number): number {
    return this.take(octets).reduce((value, octet) => value * 256 + octet, 0);
  }

  vector(): Uint8Array {
    return this.take(this.number(2));
  }
}

/** SignedCertificateTimestampList (RFC 6962 section 3.3): listed, not verified. Throws `Asn1Error` or {@link PkiError}. */
export function describeTimestamps(value: Uint8Array): Json {
  const outer = new TlsReader(readOctetString(readDer(value)));
  const list = new TlsReader(outer.vector());
  const timestamps: Json[] = [];
  while (!list.done) timestamps.push(describeOne(list.vector()));
  if (!outer.done || timestamps.length === 0)
    throw new PkiError('pki.request_invalid', { params: { reason: 'timestamps' } });
  return timestamps;
}

const hashes = ['none', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
const signatures = ['anonymous', 'rsa', 'dsa', 'ecdsa'] as const;

function describeOne(bytes: Uint8Array): Json {
  const reader = new TlsReader(bytes);
  const version = reader.number(1);
  // Only version 1 (written as 0) is known from the inside.
  if (version !== 0) return { version: version + 1, value: `#${toHex(bytes)}` };
  const logId = toHex(reader.take(32));
  const milliseconds = reader.number(8);
  const extensions = toHex(reader.vector());
  const [hash, algorithm] = [reader.number(1), reader.number(1)];
  const signature = toHex(reader.vector());
  const time = new Date(milliseconds);
  if (!reader.done || Number.isNaN(time.getTime()))
    throw new PkiError('pki.request_invalid', { params: { reason: 'timestamps' } });
  return {
    version: 1,
    logId,
    time: time.toISOString(),
    ...(extensions === '' ? {} : { extensions }),
    algorithm: `${signatures[algorithm] ?? algorithm}-${hashes[hash] ?? hash}`,
    signature,
  };
}
