import { errors, type FlattenedJWSInput, flattenedVerify, importJWK, type JWK } from 'jose';
import { AcmeError, malformed } from './problem.ts';

/** Signature algorithms that are taken; MAC and `none` are not among them (RFC 8555 section 6.2). */
export const JWS_ALGORITHMS: readonly string[] = [
  'ES256',
  'ES384',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'EdDSA',
  'Ed25519',
];

/** The protected header of a request. */
export interface JwsHeader {
  readonly alg: string;
  readonly nonce?: string;
  readonly url: string;
  readonly jwk?: JWK;
  readonly kid?: string;
}

/** A JWS whose form was checked; its signature was not. */
export interface Jws {
  readonly header: JwsHeader;
  readonly flattened: FlattenedJWSInput;
}

const base64Url = /^[A-Za-z0-9_-]*$/;
const minimumRsaBits = 2048;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];

/** Reads flattened JSON serialization without unprotected header or detached payload. Throws {@link AcmeError} `malformed`. */
export function readJws(body: unknown): Jws {
  const flattened = readObject(body, 'enrolment.jws_invalid');
  for (const name of ['protected', 'payload', 'signature']) {
    const value = flattened[name];
    if (typeof value !== 'string' || !base64Url.test(value)) throw malformed('enrolment.jws_invalid');
  }
  if ('header' in flattened || 'signatures' in flattened) throw malformed('enrolment.jws_invalid');
  const header = readObject(decodeJson(flattened.protected as string), 'enrolment.jws_header_invalid');
  if (typeof header.alg !== 'string' || typeof header.url !== 'string' || 'crit' in header || 'b64' in header) {
    throw malformed('enrolment.jws_header_invalid');
  }
  if (header.nonce !== undefined && typeof header.nonce !== 'string') throw malformed('enrolment.jws_header_invalid');
  checkAlgorithm(header.alg);
  if ((header.jwk === undefined) === (header.kid === undefined)) throw malformed('enrolment.jws_key_ambiguous');
  if (header.kid !== undefined && typeof header.kid !== 'string') throw malformed('enrolment.jws_header_invalid');
  return {
    header: header as unknown as JwsHeader,
    flattened: flattened as unknown as FlattenedJWSInput,
  };
}

function checkAlgorithm(alg: string): void {
  if (JWS_ALGORITHMS.includes(alg)) return;
  throw new AcmeError('badSignatureAlgorithm', 'enrolment.jws_algorithm_unsupported', {
    params: { algorithm: alg.slice(0, 40), algorithms: JWS_ALGORITHMS.join(', ') },
    members: { algorithms: JWS_ALGORITHMS },
  });
}

/** The public key of a header, without anything else that stood in it. Throws {@link AcmeError} `badPublicKey`. */
export function readPublicJwk(value: unknown): JWK {
  const jwk = readObject(value, 'enrolment.account_key_invalid');
  const bad = (): AcmeError => new AcmeError('badPublicKey', 'enrolment.account_key_invalid');
  if (privateMembers.some((name) => name in jwk)) throw bad();
  const pick = (...names: string[]): JWK => {
    if (names.some((name) => typeof jwk[name] !== 'string' || (jwk[name] as string).length > 1_400)) throw bad();
    return Object.fromEntries(names.map((name) => [name, jwk[name]])) as JWK;
  };
  if (jwk.kty === 'EC' && (jwk.crv === 'P-256' || jwk.crv === 'P-384')) return pick('kty', 'crv', 'x', 'y');
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return pick('kty', 'crv', 'x');
  if (jwk.kty !== 'RSA') throw bad();
  const key = pick('kty', 'n', 'e');
  const bits = Buffer.from(key.n ?? '', 'base64url').length * 8;
  if (bits < minimumRsaBits || bits > 8192) throw bad();
  return key;
}

/** Verifies `jws` with `jwk` and returns the payload. Throws {@link AcmeError} `malformed` or `badPublicKey`. */
export async function verifyJws({ header, flattened }: Jws, jwk: JWK): Promise<Uint8Array> {
  const key = await importJWK(jwk, header.alg).catch((cause: unknown) => {
    throw new AcmeError('badPublicKey', 'enrolment.account_key_invalid', { cause });
  });
  try {
    const { payload } = await flattenedVerify(flattened, key, { algorithms: [header.alg] });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) {
      throw new AcmeError('malformed', 'enrolment.jws_signature_invalid', { cause });
    }
    throw cause;
  }
}

/** The JSON object in a payload. Throws {@link AcmeError} `malformed`. */
export function readPayload(payload: Uint8Array): Record<string, unknown> {
  return readObject(decodeJson(Buffer.from(payload).toString('base64url')), 'enrolment.payload_invalid');
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url')));
  } catch (cause) {
    throw new AcmeError('malformed', 'enrolment.payload_invalid', { cause });
  }
}

/** `value` when it is a plain object. Throws {@link AcmeError} `malformed` with `code`. */
export function readObject(value: unknown, code: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(code);
  return value as Record<string, unknown>;
}
