import { type TProperties, type TSchema, Type } from 'typebox';
import type { Step } from './script-types.ts';

// Everything that a script may say. A name that is not listed here is refused: a misspelt limit must not be a missing one.

const exact = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const text = (most: number) => Type.String({ minLength: 1, maxLength: most });
const time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' });
const oid = Type.String({ pattern: '^[0-2](\\.(0|[1-9][0-9]{0,38})){1,30}$' });
const label = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$' });
const httpUrl = Type.String({ pattern: '^http://[!-~]{1,500}$' });
const algorithm = Type.Union(
  (
    [
      'ecdsa-p384-sha384',
      'ecdsa-p256-sha256',
      'rsa-pkcs1-sha256',
      'rsa-pkcs1-sha384',
      'rsa-pkcs1-sha512',
      'ed25519',
    ] as const
  ).map((name) => Type.Literal(name)),
);
const reason = Type.Union(
  (
    [
      'unspecified',
      'keyCompromise',
      'cACompromise',
      'affiliationChanged',
      'superseded',
      'cessationOfOperation',
      'privilegeWithdrawn',
    ] as const
  ).map((name) => Type.Literal(name)),
);

/** A file beside the script, without a folder, and its SHA-256. */
const input = exact({
  file: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

const subject = exact({
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  stateOrProvince: Type.Optional(text(128)),
  locality: Type.Optional(text(128)),
  organization: text(64),
  organizationalUnit: Type.Optional(text(64)),
  organizationIdentifier: Type.Optional(text(256)),
  serialNumber: Type.Optional(text(64)),
  commonName: text(64),
});

const constraintName = Type.Union([
  exact({ dns: text(253) }),
  exact({ email: text(320) }),
  exact({ ip: text(64) }),
  exact({ uri: text(253) }),
  exact({ directory: Type.Partial(subject, { additionalProperties: false, minProperties: 1 }) }),
]);

const policies = Type.Array(Type.Union([oid, exact({ oid, cps: Type.Optional(text(500)) })]), {
  minItems: 1,
  maxItems: 16,
});
const years = Type.Integer({ minimum: 1, maximum: 40 });
const count = Type.Integer({ minimum: 0, maximum: 16 });

/** Limits on a CA below, and where revocation data of the root is published. */
const below = {
  name: label,
  years,
  pathLength: Type.Optional(count),
  nameConstraints: Type.Optional(
    exact({
      permitted: Type.Optional(Type.Array(constraintName, { minItems: 1, maxItems: 64 })),
      excluded: Type.Optional(Type.Array(constraintName, { minItems: 1, maxItems: 64 })),
    }),
  ),
  policyConstraints: Type.Optional(
    exact({ requireExplicitPolicy: Type.Optional(count), inhibitPolicyMapping: Type.Optional(count) }),
  ),
  inhibitAnyPolicy: Type.Optional(count),
  policies: Type.Optional(policies),
  crlUrls: Type.Array(httpUrl, { minItems: 1, maxItems: 4 }),
  issuerUrls: Type.Optional(Type.Array(httpUrl, { minItems: 1, maxItems: 4 })),
  ocspUrls: Type.Optional(Type.Array(httpUrl, { minItems: 1, maxItems: 4 })),
};

const revocation = { reason, date: Type.Optional(time), invalidityDate: Type.Optional(time) };

/** Steps by their name. */
export const STEPS: Readonly<Record<Step['do'], TSchema>> = {
  'create-root': exact({
    do: Type.Literal('create-root'),
    key: label,
    algorithm,
    rsaBits: Type.Optional(Type.Union([Type.Literal(3072), Type.Literal(4096)])),
    subject,
    years,
    policies: Type.Optional(policies),
  }),
  'use-root': exact({ do: Type.Literal('use-root'), key: label, certificate: input }),
  'sign-subordinate': exact({
    do: Type.Literal('sign-subordinate'),
    profile: Type.Union([Type.Literal('issuing-ca'), Type.Literal('subordinate-ca')]),
    request: input,
    subject: Type.Optional(subject),
    ...below,
  }),
  'cross-certify': exact({
    do: Type.Literal('cross-certify'),
    certificate: input,
    request: Type.Optional(input),
    policyMappings: Type.Optional(
      Type.Array(exact({ issuerDomainPolicy: oid, subjectDomainPolicy: oid }), { minItems: 1, maxItems: 16 }),
    ),
    ...below,
  }),
  'issue-crl': exact({
    do: Type.Literal('issue-crl'),
    number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    days: Type.Integer({ minimum: 1, maximum: 400 }),
    previous: Type.Optional(input),
    revoke: Type.Optional(
      Type.Array(
        Type.Union([
          exact({ serial: Type.String({ pattern: '^[0-9a-f]{2,40}$' }), ...revocation }),
          exact({ certificate: input, ...revocation }),
        ]),
        { maxItems: 1000 },
      ),
    ),
  }),
  close: exact({ do: Type.Literal('close'), destroyKey: Type.Optional(Type.Literal(true)) }),
};

/** The script around the steps. */
export const SCRIPT: TSchema = exact({
  ceremony: Type.Literal(1),
  title: exact({ th: text(200), en: text(200) }),
  /** The ceremony happens within these times, or needs new approvals. */
  window: exact({ from: time, to: time }),
  /** Those who approve: name and Ed25519 public key (SubjectPublicKeyInfo, base64). */
  holders: Type.Array(exact({ name: text(100), publicKey: Type.String({ pattern: '^[A-Za-z0-9+/=]{40,100}$' }) }), {
    minItems: 2,
    maxItems: 20,
  }),
  threshold: Type.Integer({ minimum: 2, maximum: 20 }),
  keys: Type.Union([
    exact({
      store: Type.Literal('file'),
      folder: text(500),
      /** How many parts the passphrase has, each known to somebody else. */
      passphraseParts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    }),
    exact({
      store: Type.Literal('pkcs11'),
      library: text(500),
      token: text(64),
      /** Folder where it is noted which scripts were carried out. */
      record: text(500),
    }),
  ]),
  steps: Type.Array(Type.Object({ do: Type.String() }), { minItems: 2, maxItems: 100 }),
});
