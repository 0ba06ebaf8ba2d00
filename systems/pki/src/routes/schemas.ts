import type { NameAttributes } from '@tra/pki';
import { Localized, Sha256, Timestamp, Uuid } from '@tra/platform-http';
import { type TSchema, type TString, type TUnsafe, Type } from 'typebox';
import { REQUEST_ACTIONS, type RequestActionName } from '../requests/actions.ts';
import { REVOCATION_REASONS, type RevocationReasonName } from '../status/change-status.ts';
import type { AlternativeName, Proofing, RequestDetails } from '../store/tables.ts';

/** One of some words. */
export function words<T extends string>(values: readonly T[], description?: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], ...(description ? { description } : {}) });
}

export const AuthorityId: TString = Type.String({
  pattern: '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$',
  description: 'Id of an authority.',
  examples: ['issuing'],
});
export const SerialHex: TString = Type.String({
  pattern: '^[0-9a-f]{2,64}$',
  description: 'Serial number, lower-case hexadecimal.',
});

const text = (maxLength: number, description?: string): TString =>
  Type.String({ maxLength, ...(description ? { description } : {}) });

/** What an application holds. */
export interface RequestFields {
  readonly kind: 'certificate' | 'subordinate' | 'cross';
  readonly profile?: string;
  readonly subject?: NameAttributes;
  readonly alternativeNames?: readonly AlternativeName[];
  readonly csr?: string;
  readonly certificate?: string;
  readonly evidence: string;
  readonly details?: RequestDetails;
}

/** What a decision holds. */
export interface ActionFields {
  readonly action: Exclude<RequestActionName, 'correct'>;
  readonly note?: string;
  readonly proofing?: Omit<Proofing, 'officer' | 'at'>;
}

/** What is done with a certificate. */
export interface CertificateActionFields {
  readonly action: 'revoke' | 'suspend' | 'reinstate' | 'renew';
  readonly reason?: RevocationReasonName;
  readonly note?: string;
  readonly invalidityDate?: string;
  readonly csr?: string;
}

/** Attributes of a subject. */
export const SubjectBody: TUnsafe<NameAttributes> = Type.Unsafe<NameAttributes>(
  Type.Object(
    Object.fromEntries(
      [
        'country',
        'stateOrProvince',
        'locality',
        'organization',
        'organizationalUnit',
        'organizationIdentifier',
        'title',
        'surname',
        'givenName',
        'serialNumber',
        'commonName',
      ].map((name) => [name, Type.Optional(text(256))]),
    ),
    { description: 'Attributes of the distinguished name.' },
  ),
);

const Name = Type.Union([
  Type.Object({ dns: text(253) }),
  Type.Object({ email: text(254) }),
  Type.Object({ ip: text(45) }),
  Type.Object({ uri: text(2048) }),
]);
const Constraint = Type.Union([
  Type.Object({ dns: text(253) }),
  Type.Object({ email: text(254) }),
  Type.Object({ ip: text(50, 'A range such as 192.0.2.0/24.') }),
]);

const Details = Type.Object({
  organization: Type.Optional(text(200, 'Organisation that runs the CA.')),
  authorityId: Type.Optional(AuthorityId),
  pathLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
  nameConstraints: Type.Optional(
    Type.Object({
      permitted: Type.Optional(Type.Array(Constraint, { maxItems: 100 })),
      excluded: Type.Optional(Type.Array(Constraint, { maxItems: 100 })),
    }),
  ),
  policies: Type.Optional(Type.Array(text(200, 'OID of a certificate policy.'), { maxItems: 20 })),
  policyUrl: Type.Optional(text(500, 'Address of the certificate policy.')),
});

/** An application. */
export const RequestBody: TUnsafe<RequestFields> = Type.Unsafe<RequestFields>(
  Type.Object(
    {
      kind: words(
        ['certificate', 'subordinate', 'cross'],
        'An end certificate; a CA below the root; a cross-certificate for a CA that exists.',
      ),
      profile: Type.Optional(text(40, 'Kind of end certificate, such as `e-seal`; see GET /api/v1/pki/profiles.')),
      subject: Type.Optional(SubjectBody),
      alternativeNames: Type.Optional(Type.Array(Name, { maxItems: 100 })),
      csr: Type.Optional(text(100_000, 'PKCS#10 request in PEM.')),
      certificate: Type.Optional(
        text(100_000, 'For a cross-certificate: the self-signed certificate of the other CA, PEM.'),
      ),
      evidence: Type.String({ minLength: 1, maxLength: 4000, description: 'What proves the identity of the subject.' }),
      details: Type.Optional(Details),
    },
    {
      examples: [
        {
          kind: 'certificate',
          profile: 'document-signer',
          csr: '-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n',
          evidence: 'หนังสือมอบอำนาจเลขที่ ดศ 0201/123',
        },
      ],
    },
  ),
);

/** A decision about a request. */
export const ActionBody: TUnsafe<ActionFields> = Type.Unsafe<ActionFields>(
  Type.Object(
    {
      action: words(REQUEST_ACTIONS.filter((name) => name !== 'correct')),
      note: Type.Optional(text(4000, 'Why: for a refusal or a correction.')),
      proofing: Type.Optional(
        Type.Object(
          {
            method: words(['in-person', 'digital-id', 'video', 'documents']),
            statement: Type.String({ minLength: 1, maxLength: 4000 }),
          },
          { description: 'From the first officer: how the identity was proven.' },
        ),
      ),
    },
    { examples: [{ action: 'approve', proofing: { method: 'in-person', statement: 'แสดงบัตรประจำตัวต่อหน้า' } }] },
  ),
);

const open = { additionalProperties: true } as const;

/** A request as it is shown. */
export const RequestView: TSchema = Type.Object(
  {
    id: Uuid,
    kind: Type.String(),
    state: Type.String(),
    stateLabel: Localized,
    applicant: Type.Object({ accountId: Type.String(), displayName: Localized }),
    authority: Type.String(),
    profile: Type.Union([Type.String(), Type.Null()]),
    subject: Type.Union([Type.Object({}, open), Type.Null()]),
    alternativeNames: Type.Array(Type.Object({}, open)),
    evidence: Type.String(),
    details: Type.Object({}, open),
    publicKeySha256: Type.Union([Sha256, Type.Null()]),
    proofing: Type.Union([Type.Object({}, open), Type.Null()]),
    officers: Type.Array(Type.Object({ accountId: Type.String(), displayName: Localized, at: Timestamp })),
    note: Type.Union([Type.String(), Type.Null()]),
    target: Type.Union([Type.String(), Type.Null()], { description: 'Serial of the certificate that it is about.' }),
    result: Type.Union([Type.String(), Type.Null()], { description: 'Serial of the certificate that came of it.' }),
    allowedActions: Type.Array(Type.String()),
    events: Type.Optional(Type.Array(Type.Object({}, open))),
    checks: Type.Optional(
      Type.Array(
        Type.Object({
          check: Type.String({ examples: ['possession'] }),
          status: Type.String({ examples: ['passed'] }),
        }),
        { description: 'What a machine finds now: possession, key, blocked, profile.' },
      ),
    ),
    version: Type.Integer(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { description: 'An application to the registration authority.' },
);

/** A certificate as it is shown. */
export const CertificateView: TSchema = Type.Object({
  authority: Type.String(),
  serial: Type.String(),
  profile: Type.String(),
  subject: Type.String(),
  notBefore: Timestamp,
  notAfter: Timestamp,
  status: words(['valid', 'suspended', 'revoked', 'expired', 'not-yet-valid']),
  statusSince: Type.Union([Timestamp, Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  fingerprint: Type.Union([Sha256, Type.Null()]),
  holder: Type.Union([Type.String(), Type.Null()]),
  channel: Type.String(),
  predecessor: Type.Union([Type.Object({ authority: Type.String(), serial: Type.String() }), Type.Null()]),
  pem: Type.Optional(Type.String()),
  changes: Type.Optional(Type.Array(Type.Object({}, open))),
});

/** What is done with a certificate. */
export const CertificateActionBody: TUnsafe<CertificateActionFields> = Type.Unsafe<CertificateActionFields>(
  Type.Object(
    {
      action: words(['revoke', 'suspend', 'reinstate', 'renew']),
      reason: Type.Optional(words(REVOCATION_REASONS)),
      note: Type.Optional(text(4000, 'What happened.')),
      invalidityDate: Type.Optional(Timestamp),
      csr: Type.Optional(text(100_000, 'For a renewal with a new key: PKCS#10 in PEM.')),
    },
    { examples: [{ action: 'revoke', reason: 'superseded', note: 'เปลี่ยนเครื่อง' }] },
  ),
);

/** An authority as it is shown. */
export const AuthorityView: TSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  parent: Type.Union([Type.String(), Type.Null()]),
  operator: Type.Union([Type.String(), Type.Null()]),
  keyHere: Type.Boolean({ description: 'Whether this platform holds its key.' }),
  subject: Type.Union([Type.String(), Type.Null()]),
  serial: Type.Union([Type.String(), Type.Null()]),
  algorithm: Type.Union([Type.String(), Type.Null()]),
  notBefore: Type.Union([Timestamp, Type.Null()]),
  notAfter: Type.Union([Timestamp, Type.Null()]),
  fingerprint: Type.Union([Sha256, Type.Null()]),
  pathLength: Type.Union([Type.Integer(), Type.Null()]),
  crl: Type.Union([Type.Object({}, open), Type.Null()]),
  version: Type.Integer(),
});

/** The public answer about a certificate. */
export const StatusView: TSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      status: words(['valid', 'suspended', 'revoked', 'expired', 'not-yet-valid', 'unknown']),
      explanation: Type.String({ description: 'The same in words, in the language of the reader.' }),
      authority: Type.Optional(Type.String()),
      serial: Type.Optional(Type.String()),
      subject: Type.Optional(Type.String()),
      profile: Type.Optional(Type.String()),
      notBefore: Type.Optional(Timestamp),
      notAfter: Type.Optional(Timestamp),
      since: Type.Optional(Timestamp),
      reason: Type.Optional(Type.String()),
      reasonText: Type.Optional(Type.String()),
      fingerprint: Type.Optional(Sha256),
    }),
  ),
  checkedAt: Timestamp,
});
