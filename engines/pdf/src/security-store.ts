import { PdfSyntaxError } from './errors.ts';
import { PdfFile } from './file.ts';
import { defaultLimits, type PdfLimits } from './limits.ts';
import { dateOf, type PdfDict, PdfStream, PdfString, type PdfValue } from './objects.ts';

/** Validation data of one place in a document: DER as it stands, read by nobody yet. */
export interface StoredMaterial {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/** Validation data that the document relates to one signature (VRI entry). */
export interface RelatedMaterial extends StoredMaterial {
  /** Upper-case hexadecimal SHA-1 of the Contents of that signature. */
  readonly name: string;
  /** When it was put together, as the writer says (TU). */
  readonly created?: Date;
  /** A time-stamp over the signature (TS), DER. */
  readonly timestamp?: Uint8Array;
}

/** The document security store (ISO 32000-2 clause 12.8.4.3, ETSI EN 319 142-1 clause 5.4.2.2). */
export interface SecurityStore extends StoredMaterial {
  readonly related: readonly RelatedMaterial[];
}

const maxStreams = 512;
const maxRelated = 256;

/**
 * Reads the DSS dictionary of the newest revision in `input`; undefined when there is none. Give it `revisionBytes(file, end)` for what an earlier
 * revision held. Nothing in it is trusted or even read: streams that cannot be decoded are left out.
 *
 * @example
 * const store = readSecurityStore(bytes);
 * const certificates = store?.certificates ?? [];
 */
export function readSecurityStore(input: Uint8Array, limits: PdfLimits = defaultLimits): SecurityStore | undefined {
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length > limits.fileBytes) return undefined;
  const file = new PdfFile(bytes, limits);
  const store = file.dict(file.catalog?.get('DSS'));
  if (!store) return undefined;
  const streams = new Streams(file);
  const related: RelatedMaterial[] = [];
  for (const [name, value] of file.dict(store.get('VRI')) ?? []) {
    const entry = file.dict(value);
    if (!entry || related.length >= maxRelated) continue;
    related.push(readRelated(streams, name, entry));
  }
  return {
    certificates: streams.in(store.get('Certs')),
    crls: streams.in(store.get('CRLs')),
    ocspResponses: streams.in(store.get('OCSPs')),
    related,
  };
}

function readRelated(streams: Streams, name: string, entry: PdfDict): RelatedMaterial {
  const { file } = streams;
  const time = file.get(entry.get('TU'));
  const created = time instanceof PdfString ? dateOf(time) : undefined;
  const [timestamp] = streams.in([entry.get('TS') ?? null]);
  return {
    name: name.toUpperCase(),
    certificates: streams.in(entry.get('Cert')),
    crls: streams.in(entry.get('CRL')),
    ocspResponses: streams.in(entry.get('OCSP')),
    ...(created ? { created } : {}),
    ...(timestamp ? { timestamp } : {}),
  };
}

/** Decoded streams, each once: the store and its entries point at the same ones. */
class Streams {
  readonly file: PdfFile;
  readonly #decoded = new Map<PdfStream, Uint8Array | undefined>();

  constructor(file: PdfFile) {
    this.file = file;
  }

  in(list: PdfValue | undefined): readonly Uint8Array[] {
    const streams = this.file.array(list).slice(0, maxStreams);
    return streams.flatMap((item) => {
      const stream = this.file.get(item);
      const octets = stream instanceof PdfStream ? this.#decode(stream) : undefined;
      return octets ? [octets] : [];
    });
  }

  #decode(stream: PdfStream): Uint8Array | undefined {
    if (this.#decoded.has(stream)) return this.#decoded.get(stream);
    let octets: Uint8Array | undefined;
    try {
      octets = this.#decoded.size < maxStreams ? this.file.decode(stream) : undefined;
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
    }
    this.#decoded.set(stream, octets);
    return octets;
  }
}
