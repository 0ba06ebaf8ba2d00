import { Localized, Sha256, Timestamp, Uuid } from '@tra/platform-http';
import { type TSchema, Type } from 'typebox';

const Verdict: TSchema = Type.Union([Type.Literal('passed'), Type.Literal('failed'), Type.Literal('indeterminate')]);
const Params: TSchema = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
  description: 'Values for the message; times among them are RFC 3339 in UTC.',
});
const finding = { code: Type.String({ description: 'Stable code, and key of the message.' }), params: Params };
const message = Type.Optional(Type.String({ description: 'The code in words, in the language of the answer.' }));

const Check: TSchema = Type.Object({
  code: Type.String(),
  status: Verdict,
  clause: Type.Optional(Type.String({ description: 'The clause of the standard that demands the check.' })),
  params: Type.Optional(Params),
  message,
});

const Finding: TSchema = Type.Object({ ...finding, message });

const Answer: TSchema = Type.Object({
  question: Type.String({ description: 'unchanged, signer, time or status.' }),
  status: Verdict,
  ...finding,
  message,
  checks: Type.Array(Check),
});

const Signer: TSchema = Type.Object({
  commonName: Type.Optional(Type.String()),
  organization: Type.Optional(Type.String()),
  text: Type.String({ description: 'Subject in the form of RFC 4514.' }),
  issuer: Type.String(),
  certificateSha256: Sha256,
});

const Signature: TSchema = Type.Object({
  id: Type.String(),
  level: Type.String({ examples: ['PAdES-B-T'] }),
  fieldName: Type.Optional(Type.String()),
  signer: Type.Optional(Signer),
  claimedTime: Type.Optional(Timestamp),
  provenTime: Type.Optional(Timestamp),
  timestampAuthority: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  location: Type.Optional(Type.String()),
  verdict: Verdict,
  indication: Type.String({ description: 'ETSI EN 319 102-1.', examples: ['TOTAL_PASSED'] }),
  subIndication: Type.Optional(Type.String()),
  checks: Type.Array(Check),
});

const Attachment: TSchema = Type.Object({
  name: Type.String(),
  mediaType: Type.Optional(Type.String()),
  size: Type.Integer(),
  sha256: Sha256,
  relationship: Type.Optional(Type.String()),
});

const Licence: TSchema = Type.Object({
  publicId: Type.String(),
  number: Type.String(),
  status: Type.String({ description: 'active, suspended, revoked, expired or superseded.' }),
  validFrom: Type.String(),
  validTo: Type.String(),
  statusSince: Type.String(),
  serviceTitle: Localized,
  documentSha256: Type.String(),
});

const Report: TSchema = Type.Object({
  verdict: Verdict,
  indication: Type.String(),
  subIndication: Type.Optional(Type.String()),
  summary: Finding,
  advice: Finding,
  document: Type.Object({
    name: Type.Optional(Type.String()),
    size: Type.Integer(),
    sha256: Sha256,
    type: Type.String({ description: 'pdf, cms, xml, jws, asic, timestamp-token, evidence-record or unknown.' }),
  }),
  answers: Type.Array(Answer, { description: 'Unchanged? By whom? When? Status now? In this order.' }),
  signatures: Type.Array(Signature),
  attachments: Type.Array(Attachment),
  licence: Type.Optional(Licence),
  policy: Type.String(),
  validatedAt: Timestamp,
});

/** Body of POST /api/v1/validations. */
export const Submitted: TSchema = Type.Object({
  file: Type.Array(Type.String({ format: 'binary' }), {
    description: 'Documents: signed PDF, CMS or time-stamp token.',
  }),
  trust: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Certificates in PEM that are trusted for this request besides our own.',
    }),
  ),
  at: Type.Optional(Type.String({ format: 'date-time', description: 'Time to judge for; now unless given.' })),
});

/** Answer of POST /api/v1/validations. */
export const Validated: TSchema = Type.Object({
  id: Uuid,
  validatedAt: Timestamp,
  reports: Type.Array(Report, { description: 'One report per document, in the order in which they came.' }),
});
