import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { concatBytes, type Signer } from '@tra/kernel';
import { type PreparedSignature, prepareSignature, readPdf } from '@tra/pdf';
import { type SignParts, sampleObjects, updatePdf } from '@tra/pdf/testing';
import { type TestSigning, testPdf } from '../src/testing.ts';

/** How a signature is put together by hand, so that it can be wrong in one way at a time. */
export interface BuildOptions {
  readonly pdf?: Uint8Array;
  readonly signer?: Signer;
  readonly certificate?: Uint8Array;
  readonly chain?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
  /** Tokens to add, made from the signature value; none when left out. */
  readonly tokens?: (signatureValue: Uint8Array) => Promise<readonly Uint8Array[]>;
  readonly signedParts?: (prepared: PreparedSignature) => readonly Uint8Array[];
  readonly signingTime?: Date;
}

export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(data).digest());
}

/** A PDF signed without the checks of signPdf. */
export async function build(signing: TestSigning, options: BuildOptions = {}): Promise<Uint8Array> {
  const prepared = prepareSignature(options.pdf ?? testPdf(), {
    signingTime: options.signingTime ?? signing.clock.now(),
    contentsBytes: 16_384,
  });
  const builder = await createSignedData({
    content: options.signedParts?.(prepared) ?? prepared.signedParts,
    detached: true,
    signer: options.signer ?? signing.document.signer,
    certificate: options.certificate ?? signing.document.certificate,
    certificates: options.chain ?? [signing.hierarchy.issuing.certificate],
    crls: options.crls ?? (await signing.crls()),
  });
  for (const token of (await options.tokens?.(builder.signatureValue)) ?? []) builder.addTimestamp(token);
  return prepared.insert(builder.toDer());
}

/** The token over a signature value that the test authority makes. */
export async function stampOver(signing: TestSigning, data: Uint8Array): Promise<Uint8Array> {
  return signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(data) });
}

export function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export function fromLatin(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Start and end of the hole of the only signature: from `<` to behind `>`. */
export function holeOf(pdf: Uint8Array): { readonly start: number; readonly end: number } {
  const match = /\/ByteRange \[0 (\d+) (\d+) \d+\]/.exec(latin(pdf));
  if (!match) throw new Error('no signature');
  return { start: Number(match[1]), end: Number(match[2]) };
}

export function flipped(bytes: Uint8Array, at: number, mask: number = 0x01): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}

/** Replaces bytes inside the hole, given in hexadecimal, by others of the same length. */
export function replaceInHole(
  pdf: Uint8Array,
  from: string,
  to: string,
  which: 'first' | 'last' = 'first',
): Uint8Array {
  const { start, end } = holeOf(pdf);
  const text = latin(pdf);
  const hole = text.slice(start, end);
  const at = which === 'first' ? hole.indexOf(from) : hole.lastIndexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('not replaceable');
  return fromLatin(text.slice(0, start) + hole.slice(0, at) + to + hole.slice(at + from.length) + text.slice(end));
}

/** Signs and stamps the samples of `@tra/pdf/testing` with the keys of `signing`. */
export function partsSigner(signing: TestSigning): SignParts {
  const { certificate, signer } = signing.document;
  const certificates = [signing.hierarchy.issuing.certificate];
  return async (parts, subFilter) => {
    if (subFilter === 'ETSI.RFC3161') return stampOver(signing, concatBytes(...parts));
    const content = parts;
    return (await createSignedData({ content, detached: true, signer, certificate, certificates, crls: [] })).toDer();
  };
}

/** A stream object with any bytes, as text in Latin-1. */
export const streamOf = (bytes: Uint8Array, dict: string = ''): string =>
  `<< ${dict} /Length ${bytes.length} >>\nstream\n${Buffer.from(bytes).toString('latin1')}\nendstream`;

/** The signed sample of `@tra/pdf/testing` with a security store for its signature; `name` is that of the VRI entry. */
export async function keptSample(
  { crls, document, hierarchy, unit }: TestSigning,
  signed: Uint8Array,
): Promise<{ readonly name: string; readonly pdf: Uint8Array }> {
  const contents = readPdf(signed).signatures[0]?.contents ?? new Uint8Array();
  const name = createHash('sha1').update(contents).digest('hex').toUpperCase();
  const certificates = [document, unit, hierarchy.issuing, hierarchy.root].map(({ certificate }) => certificate);
  const streams = [...certificates, ...(await crls())];
  const refs = streams.map((_, index) => `${60 + index} 0 R`);
  const [certs, lists] = [refs.slice(0, certificates.length), refs.slice(certificates.length)].map((all) =>
    all.join(' '),
  );
  const pdf = updatePdf(signed, {
    1: (sampleObjects[1] ?? '').replace(/>>$/, '/DSS 50 0 R >>'),
    50: `<< /Certs [${certs}] /CRLs [${lists}] /VRI << /${name} << /Cert [${certs}] /CRL [${lists}] >> >> >>`,
    ...Object.fromEntries(streams.map((bytes, index) => [60 + index, streamOf(bytes)])),
  });
  return { name, pdf };
}
