import { Timestamp } from '@tra/platform-http';
import { type TSchema, Type } from 'typebox';
import { ReportSchema, VerdictSchema } from './report-schemas.ts';

const binary = (description: string): TSchema =>
  Type.Optional(Type.Array(Type.String({ format: 'binary' }), { description }));
const flag = (description: string): TSchema =>
  Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')], { description }));

/** Body of POST /api/v1/validations. */
export const Submitted: TSchema = Type.Object({
  file: binary(
    'Documents: PDF, CMS, XML, JWS, ASiC, time-stamp tokens, evidence records; recognised by their content.',
  ),
  archive: binary(
    'Instead of `file`: one ZIP of documents, always a batch. A ZIP inside is judged as a document (ASiC), not opened.',
  ),
  detached: binary(
    'Files that signatures were made over without carrying them; the file name is what a signature may refer to.',
  ),
  trust: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Certificates (PEM or DER) or an ETSI trusted list that are trusted for this request besides our own.',
    }),
  ),
  trustSigner: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Certificates (PEM or DER) of those who may have signed the trusted lists that are sent; without them such a list is believed unchecked.',
    }),
  ),
  at: Type.Optional(Type.String({ format: 'date-time', description: 'Time to judge for; now unless given.' })),
  policy: Type.Optional(
    Type.String({
      description:
        'Key of a policy of the service (GET /api/v1/validations/policies), or a policy as a file: our JSON, or constraint.xml of DSS.',
      examples: ['thailand'],
    }),
  ),
  cryptoSuite: binary(
    'One catalogue of algorithms (ETSI TS 119 322, XML or JSON), in place of that of the policy that is sent.',
  ),
  keep: flag('Whether the reports are kept to be fetched later by the id; `false` unless given.'),
  report: Type.Optional(
    Type.String({
      description:
        'For one document: the answer is its report in this format (simple, detailed, diagnostic, etsi, html, pdf) instead of JSON with everything. ' +
        '`Accept` does the same for text/html, application/pdf and application/xml.',
      examples: ['pdf'],
    }),
  ),
  batch: flag('Whether to answer with a batch whatever the number of documents; put it before the files.'),
});

const Id: TSchema = Type.String({
  pattern: '^[0-9a-hjkmnp-tv-z]{32}$',
  description: 'Unguessable; whoever knows it may read what is kept under it.',
});

/** Answer of POST /api/v1/validations. */
export const Validated: TSchema = Type.Object({
  id: Id,
  validatedAt: Timestamp,
  expiresAt: Type.Optional(Timestamp),
  reports: Type.Array(ReportSchema, { description: 'One report per document, in the order in which they came.' }),
});

/** Where a batch stands. */
export const BatchStatusSchema: TSchema = Type.Object({
  id: Id,
  state: Type.Union(['waiting', 'running', 'done', 'cancelled'].map((state) => Type.Literal(state))),
  total: Type.Integer(),
  done: Type.Integer(),
  passed: Type.Integer(),
  failed: Type.Integer(),
  indeterminate: Type.Integer(),
  problems: Type.Integer({
    description: 'Documents that could not be judged to the end; among the indeterminate ones.',
  }),
  keep: Type.Boolean(),
  createdAt: Timestamp,
  finishedAt: Type.Optional(Timestamp),
  expiresAt: Type.String({ format: 'date-time', description: 'When everything about it is deleted.' }),
});

/** One document of a batch. */
export const BatchItem: TSchema = Type.Object({
  position: Type.Integer({ description: 'From 1, in the order in which the documents came.' }),
  verdict: VerdictSchema,
  report: ReportSchema,
});
