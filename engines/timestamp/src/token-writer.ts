import { hash } from 'node:crypto';
import { around, contextConstructedTag, DerTemplate, der, hole, TAG, type TemplatePart } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import type { CompiledPolicy } from './policy.ts';
import { type TimestampingUnit, type UnitParts, unitParts } from './unit.ts';

/** What differs from token to token under one policy. */
export interface TokenFacts {
  /** MessageImprint, encoded. */
  readonly imprint: Uint8Array;
  /** Content octets. */
  readonly serial: Uint8Array;
  /** Encoded. */
  readonly genTime: Uint8Array;
  /** Content octets. */
  readonly nonce?: Uint8Array | undefined;
}

/** Writes the TSTInfo of a token. */
export type InfoWriter = (facts: TokenFacts) => Uint8Array;

/** A token inside the answer that grants it. */
export interface WrittenToken {
  /** TimeStampResp. */
  readonly response: Uint8Array;
  /** Where the token, a ContentInfo, begins in it; it goes to the end. */
  readonly tokenStart: number;
}

/** A token that is complete but for its signature. */
export interface PreparedToken {
  /** TSTInfo. */
  readonly info: Uint8Array;
  /** SignedAttributes as they are signed: a SET OF (RFC 5652 section 5.4). */
  readonly signed: Uint8Array;
}

/** Makes the tokens of one unit: everything that does not change is encoded beforehand, signing is what is left. */
export interface TokenWriter {
  prepare(info: Uint8Array): PreparedToken;
  /** Puts the signature over `signed` in; `signed` is used up. */
  finish(prepared: PreparedToken, signature: Uint8Array, certReq: boolean): WrittenToken;
}

/** The writer for tokens of one policy (RFC 3161 section 2.4.2). */
export function createInfoWriter({ head, middle, tail }: Pick<CompiledPolicy, 'head' | 'middle' | 'tail'>): InfoWriter {
  const template = (...nonce: TemplatePart<'nonce'>[]): DerTemplate<'imprint' | 'serial' | 'genTime' | 'nonce'> =>
    new DerTemplate<'imprint' | 'serial' | 'genTime' | 'nonce'>(
      around(
        TAG.sequence,
        ...[head, hole('imprint'), around(TAG.integer, hole('serial')), hole('genTime'), middle, ...nonce, tail],
      ),
    );
  const withNonce = template(around(TAG.integer, hole('nonce')));
  const without = template();
  return ({ imprint, serial, genTime, nonce }) =>
    nonce ? withNonce.fill([imprint, serial, genTime, nonce]) : without.fill([imprint, serial, genTime]);
}

/** PKIStatusInfo that says granted. */
const granted = der.sequence(der.integer(0));

/** The writer of a unit. */
export function createTokenWriter(unit: TimestampingUnit): TokenWriter {
  const parts = unitParts(unit);
  const attributes = attributesTemplate(parts);
  const withCertificates = responseTemplate(parts, parts.certificates);
  const without = responseTemplate(parts, new Uint8Array(0));
  return {
    prepare: (info) => ({ info, signed: attributes.fill([digestOf(parts.digest, info)]) }),
    finish: ({ info, signed }, signature, certReq) => {
      signed[0] = contextConstructedTag(0);
      const response = (certReq ? withCertificates : without).fill([info, signed, signature]);
      return { response, tokenStart: tokenStart(response) };
    },
  };
}

/** A digest by way of text: bytes of their own would cost three times as much as the hashing. */
function digestOf(algorithm: string, data: Uint8Array): Uint8Array {
  return Buffer.from(hash(algorithm, data, 'binary'), 'binary');
}

type ResponseTemplate = DerTemplate<'info' | 'signedAttributes' | 'signature'>;

/** The token follows the outermost header and the status. */
function tokenStart(response: Uint8Array): number {
  const first = response[1] ?? 0;
  return 2 + (first < 0x80 ? 0 : first & 0x7f) + granted.length;
}

function attributesTemplate(parts: UnitParts): DerTemplate<'digest'> {
  const size = hash(parts.digest, '', 'buffer').length;
  // In DER order already: contentType, messageDigest and signingCertificateV2 grow in length (X.690 clause 11.6).
  return new DerTemplate(
    around(
      TAG.set,
      parts.contentTypeAttribute,
      around(
        TAG.sequence,
        der.oid(CMS_ATTRIBUTE.messageDigest),
        around(TAG.set, around(TAG.octetString, hole('digest', size))),
      ),
      parts.signingCertificateAttribute,
    ),
  );
}

function responseTemplate(parts: UnitParts, certificates: Uint8Array): ResponseTemplate {
  const content = around(contextConstructedTag(0), around(TAG.octetString, hole('info')));
  const signerInfo = around(
    TAG.sequence,
    der.integer(1),
    parts.signerIdentifier,
    parts.digestAlgorithm,
    hole('signedAttributes'),
    parts.signatureAlgorithm,
    around(TAG.octetString, hole('signature')),
  );
  const signedData = around(
    TAG.sequence,
    der.integer(3),
    der.setOf(parts.digestAlgorithm),
    around(TAG.sequence, der.oid(CONTENT_TYPE.tstInfo), content),
    certificates,
    around(TAG.set, signerInfo),
  );
  const token = around(TAG.sequence, der.oid(CONTENT_TYPE.signedData), around(contextConstructedTag(0), signedData));
  return new DerTemplate(around(TAG.sequence, granted, token));
}
