import pg from 'pg';
import { StorageError } from './errors.ts';

type Parser = (text: string) => unknown;

// Type identifiers of PostgreSQL (catalogue pg_type); the second of each pair is the array of the first.
const BYTEA = [17, 1001] as const;
const INT8 = [20, 1016] as const;
const DATE = [1082, 1182] as const;
const TIMESTAMP = [1114, 1115] as const;
const TIMESTAMPTZ = [1184, 1185] as const;

// The driver's own list of identifiers leaves the arrays out.
const parserOf = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => Parser;
const parseTextArray: Parser = parserOf(1009);

const plain: Parser = (text) => text;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new StorageError('storage.number_out_of_range', { params: { value: text } });
  return value;
}

function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

function parseItems(items: unknown, parse: Parser): unknown {
  if (Array.isArray(items)) return items.map((item) => parseItems(item, parse));
  return items === null ? null : parse(String(items));
}

function withArrays(pair: readonly [number, number], parse: Parser): [number, Parser][] {
  return [
    [pair[0], parse],
    [pair[1], (text) => parseItems(parseTextArray(text), parse)],
  ];
}

const parsers = new Map<number, Parser>([
  ...withArrays(BYTEA, parseBytes),
  ...withArrays(INT8, parseInt8),
  ...withArrays(DATE, plain),
  ...withArrays(TIMESTAMP, plain),
  ...withArrays(TIMESTAMPTZ, parserOf(TIMESTAMPTZ[0])),
]);

/**
 * How values of the database arrive, the same on both dialects: int8 as a number (refused above 2^53), timestamptz as a Date,
 * date and timestamp as the text that the database sent, bytea as a Uint8Array, json and jsonb parsed.
 */
export const driverTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? parserOf(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};
