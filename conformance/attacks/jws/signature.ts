import { concatBytes, toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import type { Shown, Stage } from '../attack.ts';
import { sha256 } from '../bytes.ts';
import { rawEcdsa } from '../hand-xml.ts';

export const payload = utf8Encode('{"pay":100,"to":"Somchai"}');
export const forgery = utf8Encode('{"pay":999,"to":"Mallory"}');
export const text = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));

/** The parts of one signature. */
export interface Made {
  readonly head: string;
  readonly body: string;
  readonly value: string;
}

export interface Options {
  /** The protected header as text instead of the usual one with `more`. */
  readonly raw?: string;
  readonly more?: Record<string, unknown>;
  readonly body?: Uint8Array;
  /** What is put between the dots to be signed, if not the base64url of the body. */
  readonly input?: Uint8Array;
  readonly by?: Stage['victim'];
  readonly value?: (input: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

export function headerOf(
  { clock, document, hierarchy }: Stage['victim'],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    alg: 'ES256',
    iat: clock.now().getTime() / 1000,
    'x5t#S256': toBase64Url(sha256(document.certificate)),
    x5c: [document.certificate, hierarchy.issuing.certificate].map((one) => toBase64(one)),
    ...more,
  };
}

export async function make(
  { victim }: Stage,
  { body = payload, by = victim, input, more = {}, raw, value }: Options = {},
): Promise<Made> {
  const head = raw === undefined ? text(headerOf(by, more)) : toBase64Url(utf8Encode(raw));
  const signed = concatBytes(utf8Encode(`${head}.`), input ?? utf8Encode(toBase64Url(body)));
  const made = value ? await value(signed) : rawEcdsa(await by.document.signer.sign(signed));
  return { head, body: toBase64Url(body), value: toBase64Url(made) };
}

export const compact = ({ body, head, value }: Made): string => `${head}.${body}.${value}`;
export const flat = ({ body, head, value }: Made, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ payload: body, protected: head, signature: value, ...more });

export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly honest?: (stage: Stage) => Promise<string | Shown>;
  forged(stage: Stage): Promise<string | Shown>;
}

export const invalid = 'signature.value_invalid';
export const unsupported = 'signature.algorithm_unsupported';
export const keyless = 'signature.algorithm_keyless';
export const malformed = 'signature.signature_malformed';
export const unreadable = 'validation.unchanged.unreadable';
export const signed =
  (options: Options | ((stage: Stage) => Options)) =>
  async (stage: Stage): Promise<string> =>
    compact(await make(stage, typeof options === 'function' ? options(stage) : options));
export const changed =
  (change: (made: Made, stage: Stage) => string | Promise<string>) =>
  async (stage: Stage): Promise<string> =>
    change(await make(stage), stage);
export const spki = ({ victim }: Stage): Uint8Array => victim.document.signer.publicKey;
export const pem = (der: Uint8Array): Uint8Array =>
  utf8Encode(`-----BEGIN PUBLIC KEY-----\n${toBase64(der).replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`);
