import {
  type DerElement,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import type { QcStatementsData } from '../diagnostic/certificate.ts';

const STATEMENT = {
  compliance: '0.4.0.1862.1.1',
  limit: '0.4.0.1862.1.2',
  retention: '0.4.0.1862.1.3',
  device: '0.4.0.1862.1.4',
  disclosure: '0.4.0.1862.1.5',
  type: '0.4.0.1862.1.6',
  legislation: '0.4.0.1862.1.7',
  syntax: '1.3.6.1.5.5.7.11.2',
} as const;

const items = (element: DerElement | undefined): readonly DerElement[] =>
  element ? new SequenceReader(element, 'QCStatement').rest().slice(0, 32) : [];

/** QC statements (ETSI EN 319 412-5 clause 4); one that cannot be read says nothing. */
export function readQcStatements(value: Uint8Array): QcStatementsData {
  let found: QcStatementsData = {};
  for (const statement of safely(() => items(readDer(value))) ?? []) {
    found = { ...found, ...safely(() => readOne(statement)) };
  }
  return found;
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readOne(statement: DerElement): QcStatementsData {
  const reader = new SequenceReader(statement, 'QCStatement');
  const oid = readOid(reader.take(TAG.oid, 'statementId'));
  const [information] = reader.rest();
  switch (oid) {
    case STATEMENT.compliance:
      return { compliance: true };
    case STATEMENT.device:
      return { sscd: true };
    case STATEMENT.retention:
      return information ? { retentionYears: readSmallInteger(information) } : {};
    case STATEMENT.type:
      return { types: items(information).map((one) => readOid(one)) };
    case STATEMENT.legislation:
      return { legislationCountries: items(information).map((one) => readString(one)) };
    case STATEMENT.disclosure:
      return {
        pdsLocations: items(information).flatMap((one) =>
          items(one)
            .slice(0, 1)
            .map((url) => readString(url)),
        ),
      };
    case STATEMENT.limit:
      return limitOf(information);
    case STATEMENT.syntax:
      return semanticsOf(information);
    default:
      return {};
  }
}

function limitOf(information: DerElement | undefined): QcStatementsData {
  const [currency, amount, exponent] = items(information);
  if (!currency || !amount || !exponent) return {};
  const limitCurrency = currency.tag === TAG.integer ? String(readSmallInteger(currency)) : readString(currency);
  const limitValue = Number(readInteger(amount)) * 10 ** Number(readInteger(exponent));
  // An amount beyond all numbers limits nothing, and is none that the data could hold.
  return Number.isFinite(limitValue) ? { limitCurrency, limitValue } : {};
}

function semanticsOf(information: DerElement | undefined): QcStatementsData {
  const [first] = items(information);
  return first?.tag === TAG.oid ? { semanticsIdentifier: readOid(first) } : {};
}
