import { createHash, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { concatBytes, toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import type { DetachedFile } from '@tra/signature';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { sha256, stampOver } from './bytes.ts';
import { hmac, rawEcdsa } from './hand-xml.ts';

const payload = utf8Encode('{"pay":100,"to":"Somchai"}');
const forgery = utf8Encode('{"pay":999,"to":"Mallory"}');
const text = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));

/** The parts of one signature. */
interface Made {
  readonly head: string;
  readonly body: string;
  readonly value: string;
}

interface Options {
  /** The protected header as text instead of the usual one with `more`. */
  readonly raw?: string;
  readonly more?: Record<string, unknown>;
  readonly body?: Uint8Array;
  /** What is put between the dots to be signed, if not the base64url of the body. */
  readonly input?: Uint8Array;
  readonly by?: Stage['victim'];
  readonly value?: (input: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

function headerOf(
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

async function make(
  { victim }: Stage,
  { body = payload, by = victim, input, more = {}, raw, value }: Options = {},
): Promise<Made> {
  const head = raw === undefined ? text(headerOf(by, more)) : toBase64Url(utf8Encode(raw));
  const signed = concatBytes(utf8Encode(`${head}.`), input ?? utf8Encode(toBase64Url(body)));
  const made = value ? await value(signed) : rawEcdsa(await by.document.signer.sign(signed));
  return { head, body: toBase64Url(body), value: toBase64Url(made) };
}

const compact = ({ body, head, value }: Made): string => `${head}.${body}.${value}`;
const flat = ({ body, head, value }: Made, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ payload: body, protected: head, signature: value, ...more });

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly honest?: (stage: Stage) => Promise<string | Shown>;
  forged(stage: Stage): Promise<string | Shown>;
}

const invalid = 'signature.value_invalid';
const unsupported = 'signature.algorithm_unsupported';
const malformed = 'signature.signature_malformed';
const unreadable = 'validation.unchanged.unreadable';
const signed =
  (options: Options | ((stage: Stage) => Options)) =>
  async (stage: Stage): Promise<string> =>
    compact(await make(stage, typeof options === 'function' ? options(stage) : options));
const changed =
  (change: (made: Made, stage: Stage) => string | Promise<string>) =>
  async (stage: Stage): Promise<string> =>
    change(await make(stage), stage);
const spki = ({ victim }: Stage): Uint8Array => victim.document.signer.publicKey;
const pem = (der: Uint8Array): Uint8Array =>
  utf8Encode(`-----BEGIN PUBLIC KEY-----\n${toBase64(der).replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`);

const algorithmRows: readonly Row[] = [
  ...['none', 'None', 'NONE', 'nOnE'].map(
    (alg): Row => ({
      name: `algorithm ${alg}, no signature`,
      clause: 'RFC 7518 3.6; RFC 8725 3.1',
      reason: unsupported,
      forged: signed({ more: { alg }, body: forgery, value: () => new Uint8Array() }),
    }),
  ),
  {
    name: 'HS256 with the public key',
    clause: 'RFC 8725 3.1',
    reason: unsupported,
    forged: signed((stage) => ({ more: { alg: 'HS256' }, body: forgery, value: (data) => hmac(spki(stage), data) })),
  },
  {
    name: 'HS256 with the public key in PEM',
    clause: 'RFC 8725 3.1',
    reason: unsupported,
    forged: signed((stage) => ({
      more: { alg: 'HS256' },
      body: forgery,
      value: (data) => hmac(pem(spki(stage)), data),
    })),
  },
  {
    name: 'HS256 with the certificate',
    clause: 'RFC 8725 3.1',
    reason: unsupported,
    forged: signed(({ victim }) => ({
      more: { alg: 'HS256' },
      body: forgery,
      value: (data) => hmac(victim.document.certificate, data),
    })),
  },
  {
    name: 'an algorithm for encryption',
    clause: 'RFC 7518 3.1, 4.1',
    reason: unsupported,
    forged: signed({ more: { alg: 'RSA-OAEP' } }),
  },
  {
    name: 'an algorithm with SHA-1',
    clause: 'RFC 7518 3.1',
    reason: unsupported,
    forged: signed({ more: { alg: 'RS1' } }),
  },
  {
    name: 'an algorithm of another kind of key',
    clause: 'RFC 7518 3.1',
    reason: invalid,
    forged: signed({ more: { alg: 'RS256' } }),
  },
  {
    name: 'an algorithm of another curve',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed({ more: { alg: 'ES384' } }),
  },
  { name: 'no algorithm', clause: 'RFC 7515 4.1.1', reason: unsupported, forged: signed({ more: { alg: undefined } }) },
  {
    name: 'an algorithm that is no text',
    clause: 'RFC 7515 4.1.1',
    reason: unsupported,
    forged: signed({ more: { alg: ['ES256'] } }),
  },
  {
    name: 'r and s zero',
    clause: 'RFC 7518 3.4; CVE-2022-21449',
    reason: invalid,
    forged: signed({ body: forgery, value: () => new Uint8Array(64) }),
  },
  {
    name: 'an ECDSA signature in DER',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed(({ victim }) => ({ value: (data) => victim.document.signer.sign(data) })),
  },
  {
    name: 'a signature with a zero before each number',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed(({ victim }) => ({
      value: async (data) => {
        const raw = rawEcdsa(await victim.document.signer.sign(data));
        return concatBytes(Uint8Array.of(0), raw.subarray(0, 32), Uint8Array.of(0), raw.subarray(32));
      },
    })),
  },
  {
    name: 'no signature under a good algorithm',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: signed({ value: () => new Uint8Array() }),
  },
];

const keyRows: readonly Row[] = [
  {
    name: 'the key of the impostor in the header',
    clause: 'RFC 7515 4.1.3; RFC 8725 3.1; CVE-2018-0114',
    reason: 'signature.signer_certificate_missing',
    forged: signed(() => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const more = { jwk: publicKey.export({ format: 'jwk' }), x5c: undefined, 'x5t#S256': undefined };
      return {
        more,
        body: forgery,
        value: (data) => new Uint8Array(nodeSign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
      };
    }),
  },
  {
    name: 'a key that must be fetched',
    clause: 'RFC 7515 4.1.2',
    reason: 'signature.signer_certificate_missing',
    forged: signed(({ impostor }) => ({
      by: impostor,
      body: forgery,
      more: { jku: 'http://attacker.example/jwks', x5c: undefined, 'x5t#S256': undefined },
    })),
  },
  {
    name: 'certificates that must be fetched',
    clause: 'RFC 7515 4.1.5',
    reason: 'signature.signer_certificate_missing',
    forged: signed(({ impostor }) => ({
      by: impostor,
      body: forgery,
      more: { x5u: 'http://attacker.example/x.pem', x5c: undefined, 'x5t#S256': undefined },
    })),
  },
  {
    name: 'certificates of the impostor',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: signed(({ impostor }) => ({ by: impostor, body: forgery })),
  },
  {
    name: 'the certificate of the impostor before that of the victim',
    clause: 'RFC 7515 4.1.6',
    reason: 'signature.path_untrusted',
    forged: signed(({ impostor, victim }) => ({
      by: impostor,
      body: forgery,
      more: { x5c: [impostor, victim].map(({ document }) => toBase64(document.certificate)) },
    })),
  },
  {
    name: 'the certificate of the victim before that of the impostor',
    clause: 'RFC 7515 4.1.6',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ impostor, victim }) => ({
      by: impostor,
      body: forgery,
      more: {
        'x5t#S256': toBase64Url(sha256(victim.document.certificate)),
        x5c: [victim, impostor].map(({ document }) => toBase64(document.certificate)),
      },
    })),
  },
  {
    name: 'x5t#S256 of somebody else',
    clause: 'RFC 7515 4.1.8; TS 119 182-1 5.1.7',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ victim }) => ({ more: { 'x5t#S256': toBase64Url(sha256(victim.unit.certificate)) } })),
  },
  {
    name: 'x5t#o of somebody else',
    clause: 'TS 119 182-1 5.2.2',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ victim }) => ({
      more: {
        'x5t#o': { digAlg: 'S512', digVal: toBase64Url(createHash('sha512').update(victim.unit.certificate).digest()) },
      },
    })),
  },
  {
    name: 'the signer named by nothing',
    clause: 'TS 119 182-1 6.3',
    reason: 'signature.signer_certificate_not_bound',
    forged: async (stage) => {
      const made = await make(stage, { more: { x5c: undefined, 'x5t#S256': undefined } });
      return flat(made, {
        header: {
          x5c: [toBase64(stage.victim.document.certificate), toBase64(stage.victim.hierarchy.issuing.certificate)],
        },
      });
    },
  },
];

const critical = (name: string, more: Record<string, unknown>): Row => ({
  name,
  clause: 'RFC 7515 4.1.11',
  reason: malformed,
  forged: signed({ more }),
});
const headerRows: readonly Row[] = [
  critical('an unknown critical name', { crit: ['expiresNow'], expiresNow: true }),
  critical('a critical name that is not there', { crit: ['sigPId'] }),
  critical('an empty list of critical names', { crit: [] }),
  critical('a critical name of the standard itself', { crit: ['alg'] }),
  critical('critical names that are no list', { crit: 'sigT' }),
  {
    name: 'critical names outside the protected header',
    clause: 'RFC 7515 4.1.11',
    reason: malformed,
    forged: async (stage) => flat(await make(stage), { header: { crit: ['x'], x: 1 } }),
  },
  {
    name: 'b64 that is not critical',
    clause: 'RFC 7797 6',
    reason: malformed,
    forged: signed({ more: { b64: false } }),
  },
  {
    name: 'b64 outside the protected header',
    clause: 'RFC 7797 3',
    reason: malformed,
    forged: async (stage) => flat(await make(stage), { header: { b64: false } }),
  },
  {
    name: 'the payload taken for its own base64url',
    clause: 'RFC 7797 3, 8',
    reason: invalid,
    forged: async (stage) => {
      const inner = utf8Encode(toBase64Url(payload));
      const { head, value } = await make(stage, { more: { b64: false, crit: ['b64'] }, input: inner });
      return { bytes: utf8Encode(`${head}..${value}`), detached: [{ name: 'a', bytes: payload }] };
    },
  },
  {
    name: 'a name twice in the protected header',
    clause: 'RFC 7515 4; RFC 8725 2.6',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: JSON.stringify(headerOf(victim)).replace('{', '{"alg":"none",') })),
  },
  {
    name: 'a name twice, once escaped',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: JSON.stringify(headerOf(victim)).replace('{', '{"\\u0061lg":"none",') })),
  },
  {
    name: 'the payload twice',
    clause: 'RFC 7515 7.2.2',
    reason: unreadable,
    forged: async (stage) => flat(await make(stage)).replace('{', `{"payload":"${toBase64Url(forgery)}",`),
  },
  {
    name: 'the algorithm in both headers',
    clause: 'RFC 7515 7.2.1',
    reason: unreadable,
    forged: async (stage) => flat(await make(stage), { header: { alg: 'none' } }),
  },
  {
    name: 'the algorithm outside the protected header',
    clause: 'TS 119 182-1 5.1.2',
    reason: unsupported,
    forged: async (stage) => flat(await make(stage, { more: { alg: undefined } }), { header: { alg: 'ES256' } }),
  },
  {
    name: 'a protected header that is a list',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed({ raw: '["ES256"]' }),
  },
  {
    name: 'a protected header with something behind it',
    clause: 'RFC 7515 4',
    reason: unreadable,
    forged: signed(({ victim }) => ({ raw: `${JSON.stringify(headerOf(victim))}{}` })),
  },
];

const contentRows: readonly Row[] = [
  {
    name: 'payload exchanged',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: changed((made) => compact({ ...made, body: toBase64Url(forgery) })),
  },
  {
    name: 'header exchanged',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: changed((made, { victim }) => compact({ ...made, head: text(headerOf(victim, { iat: 1_700_000_000 })) })),
  },
  {
    name: 'white space in the payload',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, body: `${made.body.slice(0, 9)} ${made.body.slice(9)}` })),
  },
  {
    name: 'padding behind the payload',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, body: `${made.body}=` })),
  },
  {
    name: 'bits that mean nothing in the signature',
    clause: 'RFC 4648 3.5',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, value: made.value.slice(0, -1) + nextOf(made.value.at(-1) ?? 'A') })),
  },
  {
    name: 'the other alphabet in the signature',
    clause: 'RFC 7515 2',
    reason: unreadable,
    forged: changed((made) => compact({ ...made, value: `+/${made.value.slice(2)}` })),
  },
  {
    name: 'a fourth part',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed((made) => `${compact(made)}.${made.value}`),
  },
  {
    name: 'two parts',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed(({ body, head }) => `${head}.${body}`),
  },
  {
    name: 'two joined',
    clause: 'RFC 7515 7.1',
    reason: unreadable,
    forged: changed((made) => compact(made) + compact(made)),
  },
  {
    name: 'cut short',
    clause: 'RFC 7515 5.2',
    reason: unreadable,
    forged: changed((made) => compact(made).slice(0, -4)),
  },
  {
    name: 'JSON with something behind it',
    clause: 'RFC 8259 2',
    reason: unreadable,
    forged: changed((made) => `${flat(made)}{}`),
  },
  {
    name: 'one signature and a list of them',
    clause: 'RFC 7515 7.2.2',
    reason: unreadable,
    forged: changed((made) => flat(made, { signatures: [{ protected: made.head, signature: made.value }] })),
  },
  {
    name: 'one of two signatures broken',
    clause: 'RFC 7515 5.2; EN 319 102-1 5.1.3',
    reason: invalid,
    forged: changed(({ body, head, value }) => {
      const members = [value, toBase64Url(new Uint8Array(64).fill(1))].map((one) => ({
        protected: head,
        signature: one,
      }));
      return JSON.stringify({ payload: body, signatures: members });
    }),
  },
  {
    name: 'one of two signatures by the impostor',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: async (stage) => {
      const [own, other] = await Promise.all([make(stage), make(stage, { by: stage.impostor })]);
      return JSON.stringify({
        payload: own.body,
        signatures: [own, other].map(({ head, value }) => ({ protected: head, signature: value })),
      });
    },
  },
  {
    name: 'no signature in the list',
    clause: 'RFC 7515 7.2.1',
    reason: unreadable,
    forged: changed(({ body }) => JSON.stringify({ payload: body, signatures: [] })),
  },
  {
    name: 'a time-stamp over something else',
    clause: 'TS 119 182-1 5.3.4',
    reason: 'signature.timestamp_other_data',
    forged: async (stage) => {
      const token = toBase64(await stampOver(stage.victim, forgery));
      return flat(await make(stage), { header: { etsiU: [text({ sigTst: { tstTokens: [{ val: token }] } })] } });
    },
  },
];

function nextOf(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) ^ 1] ?? 'A';
}

const files: readonly DetachedFile[] = [
  { name: 'a.json', bytes: payload },
  { name: 'b.txt', bytes: utf8Encode('second') },
];
const sigD = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  crit: ['sigD'],
  sigD: {
    mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash',
    pars: files.map(({ name }) => name),
    hashM: 'S256',
    hashV: files.map(({ bytes }) => toBase64Url(sha256(bytes))),
    ...more,
  },
});
const outside = async (stage: Stage, more: Record<string, unknown>, detached = files): Promise<Shown> => {
  const { head, value } = await make(stage, { more, body: new Uint8Array() });
  return { bytes: utf8Encode(`${head}..${value}`), detached };
};
const honestOutside = (stage: Stage): Promise<Shown> => outside(stage, sigD());
const detachedRow = (name: string, reason: string, forged: Row['forged']): Row => ({
  name,
  clause: 'TS 119 182-1 5.2.8',
  reason,
  honest: honestOutside,
  forged,
});

const detachedRows: readonly Row[] = [
  detachedRow('a file exchanged', 'signature.reference_differs', (stage) =>
    outside(stage, sigD(), [{ name: 'a.json', bytes: forgery }, files[1] as DetachedFile]),
  ),
  detachedRow('two files exchanged for each other', 'signature.reference_differs', (stage) =>
    outside(
      stage,
      sigD(),
      files.map(({ name }, index) => ({ name, bytes: files[1 - index]!.bytes })),
    ),
  ),
  detachedRow('a file missing', 'signature.reference_differs', (stage) => outside(stage, sigD(), files.slice(0, 1))),
  detachedRow('fewer hashes than files', 'signature.hash_mismatch', (stage) =>
    outside(stage, sigD({ hashV: [toBase64Url(sha256(payload))] })),
  ),
  detachedRow('a mechanism that nobody knows', 'signature.content_missing', (stage) =>
    outside(stage, sigD({ mId: 'urn:nobody' })),
  ),
  detachedRow('no hashes', 'signature.hash_mismatch', (stage) => outside(stage, sigD({ hashV: [] }))),
  detachedRow('hashes by SHA-1', 'signature.hash_mismatch', (stage) =>
    outside(
      stage,
      sigD({ hashM: 'S1', hashV: files.map(({ bytes }) => toBase64Url(createHash('sha1').update(bytes).digest())) }),
    ),
  ),
  detachedRow('no files named', 'signature.hash_mismatch', (stage) => outside(stage, sigD({ pars: [], hashV: [] }))),
  {
    name: 'detached payload exchanged',
    clause: 'RFC 7515 appendix F',
    reason: invalid,
    honest: async (stage) => ({
      bytes: utf8Encode(compact({ ...(await make(stage)), body: '' })),
      detached: [{ name: 'a', bytes: payload }],
    }),
    forged: async (stage) => ({
      bytes: utf8Encode(compact({ ...(await make(stage)), body: '' })),
      detached: [{ name: 'a', bytes: forgery }],
    }),
  },
  {
    name: 'payload inside and sigD beside',
    clause: 'TS 119 182-1 5.2.8.1',
    reason: invalid,
    honest: honestOutside,
    forged: async (stage) => ({
      bytes: utf8Encode(compact(await make(stage, { more: sigD(), body: forgery }))),
      detached: files,
    }),
  },
];

/** JWS and JAdES. */
export const jwsFamily: AttackFamily = {
  format: 'JWS',
  build: (stage) => {
    const shown = (made: string | Shown): Shown => (typeof made === 'string' ? { bytes: utf8Encode(made) } : made);
    return Promise.all(
      [...algorithmRows, ...keyRows, ...headerRows, ...contentRows, ...detachedRows].map(
        async ({ clause, forged, honest = signed({}), name, reason }): Promise<Attack> => ({
          name,
          clause,
          reason,
          honest: shown(await honest(stage)),
          forged: shown(await forged(stage)),
        }),
      ),
    );
  },
};
