import { Localized, Sha256, Timestamp } from '@tra/platform-http';
import { type TSchema, Type } from 'typebox';

/** passed, failed or indeterminate. */
export const VerdictSchema: TSchema = Type.Union([
  Type.Literal('passed'),
  Type.Literal('failed'),
  Type.Literal('indeterminate'),
]);
const Verdict = VerdictSchema;
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

const TimestampInSignature: TSchema = Type.Object({
  kind: Type.String({ description: 'What it was put on: content, signature, archive and others.' }),
  variant: Type.Optional(Type.String({ description: 'Which definition an archive time-stamp follows.' })),
  record: Type.Optional(Type.Integer({ description: 'The evidence record that it belongs to, from 1.' })),
  time: Type.Optional(Type.String({ description: 'RFC 3339; proven only when `status` is valid.' })),
  authority: Type.String(),
  status: Type.String({
    description:
      'valid, untrusted, expired, revoked, revocation_unknown, other_data, invalid, data_missing or in_future.',
  }),
  imprint: Type.String({ description: 'matches, differs or data_missing.' }),
  covers: Type.Object(
    {
      signedData: Type.Boolean(),
      signature: Type.Boolean(),
      certificates: Type.Integer(),
      revocations: Type.Integer(),
      timestamps: Type.Integer(),
    },
    { description: 'What it covers, if it holds.' },
  ),
});

const Revision: TSchema = Type.Object(
  {
    signed: Type.Integer({ description: 'Number of the version that was signed, from 1.' }),
    current: Type.Integer({ description: 'Number of the newest version.' }),
    signedEnd: Type.Integer({
      description: 'Where the signed version ends, bytes: the file cut there is the document as it was signed.',
    }),
    changes: Type.String({ description: 'unchanged, allowed, suspicious or forbidden: the worst of all changes.' }),
    visiblyChanged: Type.Boolean({ description: 'Whether a page may show something else than the signer saw.' }),
    overlappingAnnotationPages: Type.Array(Type.Integer(), { description: 'Pages on which annotations overlap.' }),
    permission: Type.Optional(
      Type.Integer({ description: 'What may follow (DocMDP): 1 nothing, 2 filling in, 3 comments as well.' }),
    ),
  },
  { description: 'For a signature in a PDF. Each change is a check whose code begins with `pdf.change_`.' },
);

const ChainLink: TSchema = Type.Object({
  subject: Type.String({ examples: ['CN=Demo Issuing CA,O=Demo,C=TH'] }),
  certificateSha256: Sha256,
  notBefore: Timestamp,
  notAfter: Timestamp,
  trusted: Type.Boolean({ description: 'It is a trust anchor.' }),
});

const Signature: TSchema = Type.Object({
  id: Type.String(),
  level: Type.String({ examples: ['PAdES-B-T'] }),
  counterSigns: Type.Optional(Type.String({ description: 'Id of the signature that it counter-signs.' })),
  timestamps: Type.Array(TimestampInSignature),
  revision: Type.Optional(Revision),
  fieldName: Type.Optional(Type.String()),
  signer: Type.Optional(Signer),
  chain: Type.Array(ChainLink, {
    description: 'The signer’s certificate and its issuers, up to a trust anchor where one was found.',
  }),
  missingIssuer: Type.Optional(
    Type.String({ description: 'Where no trust anchor was found: the authority that is missing or not trusted.' }),
  ),
  token: Type.Optional(Type.String({ description: 'Its name in the detailed report and in the diagnostic data.' })),
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

const Trust: TSchema = Type.Object({
  basis: Type.Union([Type.Literal('service'), Type.Literal('request')], {
    description: 'request: the verdict rests on certificates that were sent with the request.',
  }),
  anchorsOfRequest: Type.Integer(),
  listsOfRequest: Type.Array(
    Type.Object({
      territory: Type.Optional(Type.String({ examples: ['TH'] })),
      sequence: Type.Integer(),
      sha256: Sha256,
      signature: Type.Union([Type.Literal('passed'), Type.Literal('unchecked')], {
        description: 'unchecked: no `trustSigner` was sent, so the asker vouches for the list.',
      }),
    }),
    { description: 'Trusted lists that were sent with the request.' },
  ),
  trustLists: Type.Array(
    Type.Object({
      territory: Type.String({ examples: ['TH'] }),
      sequence: Type.Integer(),
      sha256: Sha256,
      issued: Type.Optional(Type.String({ description: 'RFC 3339.' })),
      nextUpdate: Type.Optional(Type.String({ description: 'RFC 3339.' })),
    }),
    { description: 'The trusted lists as they stood when the document was judged.' },
  ),
});

const Structure: TSchema = Type.Object({
  name: Type.Optional(Type.String({ description: 'The attachment; absent when the document itself is the XML.' })),
  structure: Type.String(),
  release: Type.String(),
  status: Type.Union([Type.Literal('passed'), Type.Literal('failed')]),
  faults: Type.Array(
    Type.Object({
      place: Type.String(),
      text: Type.String(),
      code: Type.Optional(Type.String({ examples: ['pdfa.font_embedded'] })),
      clause: Type.Optional(Type.String({ examples: ['6.2.11.4.1'] })),
      more: Type.Optional(Type.Integer({ description: 'How many places more there are.' })),
    }),
  ),
  summary: Type.Optional(
    Type.Object(
      { ...finding, message },
      { description: 'What was looked at and with what result, where that is not everything.' },
    ),
  ),
  notChecked: Type.Optional(
    Type.Array(Type.Object({ code: finding.code, message }), { description: 'What was not looked at.' }),
  ),
});

const Fetched: TSchema = Type.Object({
  kind: Type.Union([Type.Literal('issuer'), Type.Literal('ocsp'), Type.Literal('crl')]),
  url: Type.String(),
  outcome: Type.String({ description: 'taken, refused, unreachable, unreadable, too_large, resting or budget.' }),
});

const PolicyUsed: TSchema = Type.Object({
  source: Type.Union([Type.Literal('service'), Type.Literal('request')], {
    description:
      'request: the asker sent the policy, so that the verdict says nothing about what this service demands.',
  }),
  key: Type.Optional(Type.String({ description: 'By which a policy of the service is chosen.' })),
  name: Type.String(),
  sha256: Sha256,
  warnings: Type.Array(
    Type.Object({ code: finding.code, where: Type.String(), value: Type.Optional(Type.String()), message }),
    {
      description:
        'What the file held that was not taken over, and essential rules that it does not enforce; the first 50.',
    },
  ),
  warningCount: Type.Integer({ description: 'How many there are altogether.' }),
});

const FormatLink: TSchema = Type.Object({
  format: Type.String({ description: 'simple, detailed, diagnostic, etsi, html or pdf.', examples: ['pdf'] }),
  mediaType: Type.String({ examples: ['application/pdf'] }),
  href: Type.Optional(
    Type.String({
      description:
        'Where it can be fetched; absent for a result that is not kept: send the document again with `report`.',
      examples: ['/api/v1/validations/0123456789abcdefghjkmnpqrstvwxyz/reports/1?format=pdf'],
    }),
  ),
});

/** The report about one document. */
export const ReportSchema: TSchema = Type.Object({
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
  policy: Type.String({ description: 'Name of the policy.' }),
  policyFacts: PolicyUsed,
  validatedAt: Timestamp,
  trust: Trust,
  structures: Type.Array(Structure, {
    description: 'Registered structures of the XML that the document carries, and PDF/A-3 for a PDF that claims it.',
  }),
  fetched: Type.Array(Fetched, { description: 'Addresses that were asked for evidence about this document.' }),
  formats: Type.Array(FormatLink, { description: 'Formats in which this report can be had.' }),
  problem: Type.Optional(
    Type.Object({ ...finding, message }, { description: 'Why the document could not be judged to the end.' }),
  ),
});
