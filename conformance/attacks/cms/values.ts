import { constants, createHash, sign as nodeSign, privateEncrypt } from 'node:crypto';
import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE } from '@tra/cms';
import { concatBytes, utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Shown, Stage } from '../attack.ts';
import { attribute, parts } from '../bytes.ts';
import { algorithmOf, attributesOf, type HandSigner, none, OID } from '../hand-cms.ts';
import { cms, content } from './signature.ts';

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason?: string;
  readonly own: (stage: Stage) => Partial<HandSigner>;
  readonly honest?: (stage: Stage) => Partial<HandSigner>;
}

const invalid = 'signature.value_invalid';

/** Order of the group of P-256. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const pair = (r: bigint, s: bigint): Uint8Array => der.sequence(der.integer(r), der.integer(s));
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
export const both = (value: Uint8Array): readonly [bigint, bigint] => {
  const [r, s] = parts(value);
  return [numberOf(r!.content), numberOf(s!.content)];
};
const ecdsa = (name: string, value: (value: Uint8Array) => Uint8Array, clause = 'FIPS 186-5 6.4.2'): Row => ({
  name: `ECDSA with ${name}`,
  clause,
  own: () => ({ value }),
});

const ecdsaRows: readonly Row[] = [
  ecdsa('r and s zero', () => pair(0n, 0n)),
  ecdsa('r zero', (value) => pair(0n, both(value)[1])),
  ecdsa('s zero', (value) => pair(both(value)[0], 0n)),
  ecdsa('r and s one', () => pair(1n, 1n)),
  ecdsa('r and s the order of the group', () => pair(order, order)),
  ecdsa('s one order too large', (value) => pair(both(value)[0], both(value)[1] + order)),
  ecdsa('r one order too large', (value) => pair(both(value)[0] + order, both(value)[1])),
  ecdsa('s negative', (value) => pair(both(value)[0], both(value)[1] - order)),
  ecdsa('r and s exchanged', (value) => pair(both(value)[1], both(value)[0])),
  ecdsa(
    'a third number',
    (value) => der.sequence(...parts(value).map(({ raw }) => raw), der.integer(0)),
    'RFC 3279 2.2.3',
  ),
  ecdsa('bytes behind it', (value) => concatBytes(value, Uint8Array.of(0)), 'RFC 3279 2.2.3'),
  ecdsa(
    'a length in more octets than it needs',
    (value) => concatBytes(Uint8Array.of(0x30, 0x81), value.subarray(1)),
    'X.690 10.1',
  ),
  ecdsa('nothing', () => none),
  ecdsa(
    'the two numbers without their structure',
    (value) => concatBytes(...both(value).map((number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex'))),
    'RFC 3279 2.2.3',
  ),
];

const modulusBytes = 256;
const digestInfo = (data: Uint8Array, oid: string = OID.sha256, hash = 'sha256'): Uint8Array =>
  der.sequence(algorithmOf(oid, der.nullValue()), der.octetString(createHash(hash).update(data).digest()));

/** Whatever block the owner of the key would never make, in the size of the modulus. */
const rsa = (name: string, block: (info: Uint8Array, data: Uint8Array) => Uint8Array): Row => ({
  name: `RSA with ${name}`,
  clause: 'RFC 8017 8.2.2, 9.2',
  own: ({ rsa: { document } }) => ({
    sign: (data) => {
      const key = { key: document.signer.privateKey, padding: constants.RSA_NO_PADDING };
      return new Uint8Array(privateEncrypt(key, block(digestInfo(data), data)));
    },
  }),
});
const padded = (info: Uint8Array, type = 1, fill = 0xff): Uint8Array =>
  concatBytes(
    Uint8Array.of(0, type),
    new Uint8Array(modulusBytes - info.length - 3).fill(fill),
    Uint8Array.of(0),
    info,
  );
const garbled = (fills: number, info: Uint8Array): Uint8Array => {
  const start = concatBytes(Uint8Array.of(0, 1), new Uint8Array(fills).fill(0xff), Uint8Array.of(0), info);
  return concatBytes(start, new Uint8Array(modulusBytes - start.length).fill(0xa5));
};
const octets = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());

const rsaRows: readonly Row[] = [
  rsa('anything behind the digest (Bleichenbacher 2006)', (info) => garbled(8, info)),
  rsa('anything behind the digest and no padding', (info) => garbled(0, info)),
  rsa('anything hidden in the parameters of the digest', (_, data) => {
    const filler = der.octetString(new Uint8Array(150).fill(7));
    return padded(der.sequence(algorithmOf(OID.sha256, filler), der.octetString(octets(data))));
  }),
  rsa('the digest algorithm left out', (_, data) => padded(octets(data))),
  rsa('no parameters of the digest', (_, data) =>
    padded(der.sequence(algorithmOf(OID.sha256), der.octetString(octets(data)))),
  ),
  rsa('the name of another digest', (_, data) => padded(digestInfo(data, OID.sha384, 'sha256'))),
  rsa('SHA-1 inside', (_, data) => padded(digestInfo(data, OID.sha1, 'sha1'))),
  rsa('a block for encryption', (info) => padded(info, 2, 0x5a)),
  rsa('a block of zeros', (info) => padded(info, 0, 0)),
  rsa('padding of other octets', (info) => padded(info, 1, 0xfe)),
  rsa('lengths in more octets than they need', (info) => {
    const long = concatBytes(Uint8Array.of(0x30, 0x81, info.length - 2), info.subarray(2));
    return padded(long);
  }),
  {
    ...rsa('one octet less', (info) => padded(info)),
    own: ({ rsa: { document } }) => ({ ...plainRsa(document.signer.privateKey), value: (value) => value.subarray(1) }),
  },
  {
    ...rsa('a zero before it', (info) => padded(info)),
    own: ({ rsa: { document } }) => ({
      ...plainRsa(document.signer.privateKey),
      value: (value) => concatBytes(Uint8Array.of(0), value),
    }),
  },
  {
    ...rsa('the signature one', (info) => padded(info)),
    own: () => ({ value: () => concatBytes(new Uint8Array(modulusBytes - 1), Uint8Array.of(1)) }),
  },
  { ...rsa('the signature zero', (info) => padded(info)), own: () => ({ value: () => new Uint8Array(modulusBytes) }) },
];

type Key = Parameters<typeof nodeSign>[2];
const plainRsa = (key: Key): Partial<HandSigner> => ({ sign: (data) => new Uint8Array(nodeSign('sha256', data, key)) });

interface Pss {
  readonly hash?: string;
  readonly mgf?: string;
  readonly salt?: number;
  readonly trailer?: number;
}
const pssAlgorithm = ({ hash = OID.sha256, mgf = hash, salt = 32, trailer }: Pss): Uint8Array =>
  algorithmOf(
    OID.pss,
    der.sequence(
      der.explicit(0, algorithmOf(hash, der.nullValue())),
      der.explicit(1, algorithmOf(OID.mgf1, algorithmOf(mgf, der.nullValue()))),
      der.explicit(2, der.integer(salt)),
      trailer === undefined ? undefined : der.explicit(3, der.integer(trailer)),
    ),
  );
const pssSign =
  ({ rsa: { document } }: Stage, saltLength = 32): NonNullable<HandSigner['sign']> =>
  (data) =>
    new Uint8Array(
      nodeSign('sha256', data, {
        key: document.signer.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength,
      }),
    );
const honestPss = (stage: Stage): Partial<HandSigner> => ({
  signatureAlgorithm: pssAlgorithm({}),
  sign: pssSign(stage),
});
const pss = (name: string, own: Pss, reason: string, saltLength?: number): Row => ({
  name: `RSA-PSS with ${name}`,
  clause: 'RFC 4055 3.1; RFC 8017 9.1.2',
  reason,
  honest: honestPss,
  own: (stage) => ({ signatureAlgorithm: pssAlgorithm(own), sign: pssSign(stage, saltLength) }),
});

const pssRows: readonly Row[] = [
  pss('a shorter salt than it says', {}, invalid, 20),
  pss('a longer salt than it says', { salt: 20 }, invalid, 32),
  pss('no salt where it names one', {}, invalid, 0),
  pss('another digest than that of the attributes', { hash: OID.sha512 }, 'signature.algorithm_inconsistent'),
  pss('another digest in the mask', { mgf: OID.sha1 }, 'signature.algorithm_unsupported'),
  pss('another trailer', { trailer: 2 }, 'signature.algorithm_unsupported'),
  {
    ...pss('the older padding', {}, invalid),
    own: ({ rsa: { document } }) => ({ signatureAlgorithm: pssAlgorithm({}), ...plainRsa(document.signer.privateKey) }),
  },
];

const inconsistent = 'signature.algorithm_inconsistent';
const unsupported = 'signature.algorithm_unsupported';
const confusion = (
  name: string,
  reason: string,
  own: Partial<HandSigner> | ((stage: Stage) => Partial<HandSigner>),
): Row => ({
  name,
  clause: 'RFC 5652 5.4, 10.1',
  reason,
  own: (stage) => (typeof own === 'function' ? own(stage) : own),
});
const withDigest = (hash: string, oid: string, stage: Stage): Partial<HandSigner> => {
  const { certificate } = stage.victim.document;
  const digest = attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(createHash(hash).update(content).digest()));
  return { digestAlgorithm: algorithmOf(oid), attributes: attributesOf(content, certificate, { digest }) };
};

const algorithmRows: readonly Row[] = [
  confusion('digest algorithm other than that of the message digest', 'signature.hash_mismatch', {
    digestAlgorithm: algorithmOf(OID.sha512),
  }),
  confusion('signature algorithm with another digest', inconsistent, {
    signatureAlgorithm: algorithmOf(OID.ecdsaSha512),
  }),
  confusion('message digest by SHA-512, signature by SHA-256', inconsistent, (stage) =>
    withDigest('sha512', OID.sha512, stage),
  ),
  confusion('message digest by MD5', unsupported, (stage) => withDigest('md5', OID.md5, stage)),
  ...[
    ['MD5', OID.md5, 16],
    ['SHAKE128', '2.16.840.1.101.3.4.2.11', 32],
    ['SHAKE256', '2.16.840.1.101.3.4.2.12', 64],
  ].map(([called, oid, octets]) =>
    confusion(`message digest by ${called} of another content`, 'signature.hash_mismatch', (stage) => ({
      digestAlgorithm: algorithmOf(String(oid)),
      attributes: attributesOf(content, stage.victim.document.certificate, {
        digest: attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(new Uint8Array(Number(octets)))),
      }),
    })),
  ),
  confusion('message digest by SHA-1', 'signature.algorithm_inconsistent', (stage) =>
    withDigest('sha1', OID.sha1, stage),
  ),
  confusion('everything by SHA-1', 'signature.algorithm_too_weak', (stage) => ({
    ...withDigest('sha1', OID.sha1, stage),
    signatureAlgorithm: algorithmOf(OID.ecdsaSha1),
    sign: (data) => new Uint8Array(nodeSign('sha1', data, stage.victim.document.signer.privateKey)),
  })),
  confusion('HMAC for the signature', 'signature.algorithm_keyless', {
    signatureAlgorithm: algorithmOf(OID.hmacSha256),
  }),
  confusion('RSA for a key of an elliptic curve', invalid, {
    signatureAlgorithm: algorithmOf(OID.rsaSha256, der.nullValue()),
  }),
  confusion('another content under a method that nobody knows', 'signature.hash_mismatch', (stage) => ({
    signatureAlgorithm: algorithmOf('1.3.6.1.4.1.99999.1'),
    attributes: attributesOf(utf8Encode('another content'), stage.victim.document.certificate),
  })),
  confusion('a bare digest for the signature algorithm', unsupported, { signatureAlgorithm: algorithmOf(OID.sha256) }),
];

/** Signatures values and algorithms in CMS. */
export const cmsValueFamily: AttackFamily = {
  format: 'CMS values',
  build: async (stage) => {
    const { anchors, crls } = stage.rsa;
    const lists = await crls();
    const under = (own: Partial<HandSigner>, usesRsa: boolean): Shown => {
      if (!usesRsa) return { bytes: cms(stage, own) };
      const entity = { ...stage, victim: stage.rsa };
      return { bytes: cms(entity, own), anchors, crls: lists };
    };
    const attack = ({ clause, honest, name, own, reason = invalid }: Row, usesRsa: boolean): Attack => ({
      name,
      clause,
      reason,
      honest: under(honest?.(stage) ?? {}, usesRsa),
      forged: under(own(stage), usesRsa),
    });
    return [
      ...[...ecdsaRows, ...algorithmRows].map((row) => attack(row, false)),
      ...[...rsaRows, ...pssRows].map((row) => attack(row, true)),
    ];
  },
};
