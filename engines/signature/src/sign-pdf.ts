import { createHash } from 'node:crypto';
import { createSignedData, type SignedDataBuilder } from '@tra/cms';
import { equalBytes, type Signer } from '@tra/kernel';
import { PdfError, type PreparedSignature, prepareSignature } from '@tra/pdf';
import { parseCertificate } from '@tra/pki';
import { SignatureError } from './errors.ts';
import { validateDocument } from './validate-document.ts';

/** A time-stamping authority. */
export interface Timestamper {
  /**
   * A time-stamp token (DER of the CMS, RFC 3161 section 2.4.2) over `digest`. Rejects when none can be had; never resolves with a
   * token over something else.
   */
  stamp(digest: {
    readonly algorithm: 'sha256' | 'sha384' | 'sha512';
    readonly value: Uint8Array;
  }): Promise<Uint8Array>;
}

/** Input of {@link signPdf}. */
export interface SignPdfOptions {
  readonly pdf: Uint8Array;
  readonly signer: Signer;
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array;
  /** Certificates above it, DER; embedded so that the path can be built offline. */
  readonly chain: readonly Uint8Array[];
  /** CRLs that show the certificates good now, DER; embedded when they come to at most {@link maximumCrlBytes}. */
  readonly crls: readonly Uint8Array[];
  readonly timestamper: Timestamper;
  /** Time of signing: claimed in the document, and the time at which the certificate must be valid. */
  readonly now: Date;
  readonly reason?: string;
  readonly location?: string;
  /** Name of the signer as shown by viewers; the certificate's common name unless told. */
  readonly name?: string;
  readonly fieldName?: string;
}

/** Most bytes of CRLs that are embedded in a signature: beyond, the status is asked for online. */
export const maximumCrlBytes = 65_536;

const smallestHole = 16_384;
/** Room for signed attributes, signature value, structure and a time-stamp token with its own certificates. */
const roomForRest = 12_288;

/**
 * Signs a PDF as PAdES-B-T (ETSI EN 319 142-1 clause 6.3): detached CAdES signature over everything but the hole, without signing-time
 * (the dictionary's M carries it), a signature time-stamp, certificates and CRLs inside. The result has been validated before
 * it is returned. Throws {@link SignatureError}; the input is never changed.
 *
 * @example
 * const signed = await signPdf({ pdf, signer, certificate, chain: [issuing, root], crls, timestamper, now: clock.now() });
 */
export async function signPdf(options: SignPdfOptions): Promise<Uint8Array> {
  checkSigner(options);
  const crls = embeddedCrls(options.crls);
  const prepared = prepare(options, crls);
  const builder = await sign(options, prepared, crls);
  builder.addTimestamp(await stamp(options.timestamper, builder.signatureValue));
  const signed = insert(prepared, builder.toDer());
  await selfCheck(signed, options);
  return signed;
}

function checkSigner({ signer, certificate, now }: SignPdfOptions): void {
  const parsed = parseCertificate(certificate);
  if (!equalBytes(parsed.publicKey, signer.publicKey)) throw new SignatureError('signature.key_mismatch');
  if (now < parsed.notBefore || now.getTime() >= parsed.notAfter.getTime() + 1000) {
    throw new SignatureError('signature.certificate_out_of_validity', {
      params: { from: parsed.notBefore.toISOString(), until: parsed.notAfter.toISOString() },
    });
  }
}

function embeddedCrls(crls: readonly Uint8Array[]): readonly Uint8Array[] {
  return sizeOf(crls) <= maximumCrlBytes ? crls : [];
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { length }) => total + length, 0);
}

function prepare(options: SignPdfOptions, crls: readonly Uint8Array[]): PreparedSignature {
  const { certificate, chain, fieldName, location, name, now, pdf, reason } = options;
  const needed = roomForRest + sizeOf([certificate, ...chain]) + sizeOf(crls);
  const shown = name ?? parseCertificate(certificate).subject.get('CN');
  try {
    return prepareSignature(pdf, {
      signingTime: now,
      contentsBytes: Math.max(smallestHole, Math.ceil(needed / 1024) * 1024),
      ...(fieldName === undefined ? {} : { fieldName }),
      ...(reason === undefined ? {} : { reason }),
      ...(location === undefined ? {} : { location }),
      ...(shown === undefined ? {} : { name: shown }),
    });
  } catch (cause) {
    if (!(cause instanceof PdfError)) throw cause;
    throw new SignatureError('signature.document_refused', { params: { reason: cause.code }, cause });
  }
}

async function sign(
  { certificate, chain, signer }: SignPdfOptions,
  prepared: PreparedSignature,
  crls: readonly Uint8Array[],
): Promise<SignedDataBuilder> {
  return createSignedData({
    content: prepared.signedParts,
    detached: true,
    signer,
    certificate,
    certificates: [certificate, ...chain],
    crls,
  });
}

async function stamp(timestamper: Timestamper, signatureValue: Uint8Array): Promise<Uint8Array> {
  const value = new Uint8Array(createHash('sha256').update(signatureValue).digest());
  try {
    return await timestamper.stamp({ algorithm: 'sha256', value });
  } catch (cause) {
    throw new SignatureError('signature.timestamp_failed', { cause });
  }
}

function insert(prepared: PreparedSignature, cms: Uint8Array): Uint8Array {
  try {
    return prepared.insert(cms);
  } catch (cause) {
    if (cause instanceof PdfError && cause.code === 'pdf.contents_too_large') {
      throw new SignatureError('signature.too_large', { params: { size: cms.length }, cause });
    }
    throw cause;
  }
}

/** What a fresh signature must show; trust in the authorities above is not the signer's business. */
const wanted: readonly string[] = [
  'signature.covers_whole_document',
  'signature.signer_certificate_found',
  'signature.hash_matches',
  'signature.value_valid',
];
const refused: readonly string[] = ['signature.timestamp_other_data', 'signature.timestamp_invalid'];
/** What a document already keeps for long may serve the new signature too. */
const levels: readonly string[] = ['PAdES-B-T', 'PAdES-B-LT'];

async function selfCheck(signed: Uint8Array, { certificate, chain, now }: SignPdfOptions): Promise<void> {
  const report = await validateDocument({
    bytes: signed,
    anchors: chain.slice(-1),
    intermediates: [certificate],
    at: now,
  });
  const codes = new Set(report.signatures.at(-1)?.checks.map(({ code }) => code));
  const missing = wanted.find((code) => !codes.has(code)) ?? refused.find((code) => codes.has(code));
  const level = String(report.signatures.at(-1)?.level);
  if (missing !== undefined || !levels.includes(level)) {
    throw new SignatureError('signature.self_check_failed', { params: { reason: missing ?? level } });
  }
}
