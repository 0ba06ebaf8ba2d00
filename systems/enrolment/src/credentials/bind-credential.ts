import { calculateJwkThumbprint, errors, type FlattenedJWSInput, flattenedVerify, type JWK } from 'jose';
import { readObject, readPublicJwk } from '../acme/jws.ts';
import { AcmeError, malformed } from '../acme/problem.ts';
import type { Enrolment } from '../context.ts';
import { findUsableCredential } from './credential-store.ts';

const macAlgorithms = ['HS256', 'HS384', 'HS512'];

/**
 * Checks an external account binding (RFC 8555 section 7.3.4): the account key, signed with the MAC key that a registrar gave out.
 * Resolves to the id of the credential. Throws {@link AcmeError} `malformed` or `unauthorized`.
 */
export async function bindCredential(
  enrolment: Enrolment,
  { binding, jwk, url }: { readonly binding: unknown; readonly jwk: JWK; readonly url: string },
): Promise<string> {
  const flattened = readObject(binding, 'enrolment.binding_invalid');
  const header = readHeader(flattened.protected);
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !macAlgorithms.includes(alg) || typeof kid !== 'string' || header.url !== url) {
    throw malformed('enrolment.binding_invalid');
  }
  const credential = await findUsableCredential(enrolment, 'acme', kid);
  const refused = (cause?: unknown): AcmeError =>
    new AcmeError('unauthorized', 'enrolment.credential_invalid', { status: 401, cause });
  if (!credential) throw refused();
  const { payload } = await flattenedVerify(flattened as unknown as FlattenedJWSInput, credential.secret, {
    algorithms: [alg],
  }).catch((cause: unknown) => {
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) throw refused(cause);
    throw cause;
  });
  const bound = readPublicJwk(parse(new TextDecoder().decode(payload)));
  if ((await calculateJwkThumbprint(bound)) !== (await calculateJwkThumbprint(jwk))) {
    throw malformed('enrolment.binding_invalid');
  }
  return credential.id;
}

function readHeader(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string') throw malformed('enrolment.binding_invalid');
  return readObject(parse(Buffer.from(value, 'base64url').toString('utf8')), 'enrolment.binding_invalid');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AcmeError('malformed', 'enrolment.binding_invalid', { cause });
  }
}
