import type { TNull } from 'typebox';
import {
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TSchema,
  type TString,
  type TUnion,
  Type,
} from 'typebox';

/** Words in both languages. */
export const Localized: TObject<{ th: TString; en: TString }> = Type.Object(
  { th: Type.String(), en: Type.String() },
  { additionalProperties: false, description: 'Words in Thai and English.' },
);

/** A UUID in canonical form. */
export const Uuid: TString = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case.',
  examples: ['01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b'],
});

/** An instant as RFC 3339 in UTC with milliseconds. */
export const Timestamp: TString = Type.String({
  format: 'date-time',
  description: 'RFC 3339 in UTC with milliseconds.',
  examples: ['2026-11-20T07:05:00.000Z'],
});

/** A calendar day, Gregorian, ISO 8601. */
export const CalendarDate: TString = Type.String({
  format: 'date',
  description: 'Calendar day, ISO 8601, Gregorian.',
  examples: ['2026-11-20'],
});

/** SHA-256 in hexadecimal. */
export const Sha256: TString = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal.' });

/** An amount in satang. */
export const Money: TObject<{ value: TInteger; currency: TString }> = Type.Object(
  {
    value: Type.Integer({ description: 'Satang (hundredths of a baht).' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', examples: ['THB'] }),
  },
  { additionalProperties: false },
);

/** A problem (RFC 9457) as every error is answered. */
export const ProblemSchema: TObject = Type.Object(
  {
    type: Type.String({ description: 'Address of the page that documents the problem.' }),
    title: Type.String({ description: 'What kind of problem, in the language of the reader.' }),
    status: Type.Integer({ description: 'HTTP status.' }),
    detail: Type.String({ description: 'What happened and what to do, in the language of the reader.' }),
    code: Type.String({ description: 'Stable code; compare this one, never the words.', examples: ['http.not_found'] }),
    errors: Type.Array(
      Type.Object({
        pointer: Type.String({ description: 'JSON Pointer (RFC 6901) to the field.' }),
        code: Type.String(),
        message: Type.String({ description: 'What is wrong with the field, in the language of the reader.' }),
      }),
      { description: 'One entry per field that is wrong; empty when it is not about fields.' },
    ),
    traceId: Type.String({ description: 'Names this request in the logs of the platform.' }),
  },
  { description: 'Problem details (RFC 9457).' },
);

/** Query parameters of a list. */
export const PageQuery: TObject<{ limit: TOptional<TInteger>; after: TOptional<TString> }> = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Most items to return.' })),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'The `next` of the page before; from the start when absent.',
    }),
  ),
});

/** A page of a list: the items and the cursor of the next page, null on the last. */
export function page<T extends TSchema>(item: T): TObject<{ items: TArray<T>; next: TUnion<[TString, TNull]> }> {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor for `after`; null on the last page.' }),
  });
}

/** All items at once. */
export function list<T extends TSchema>(item: T): TObject<{ items: TArray<T> }> {
  return Type.Object({ items: Type.Array(item) });
}
