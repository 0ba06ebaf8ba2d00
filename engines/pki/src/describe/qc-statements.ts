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
import { type Json, toHex } from '@tra/kernel';
import { readGeneralName } from '../general-name.ts';
import { describeGeneralName, named } from './names.ts';
import { STATEMENT_NAMES, STATEMENT_TYPES } from './oids.ts';

/** QCStatements (RFC 3739 section 3.2.6, ETSI EN 319 412-5): each as `{ oid, name?, value? }`. */
export function describeStatements(value: Uint8Array): Json {
  return new SequenceReader(readDer(value), 'QCStatements').rest().map((item) => {
    const reader = new SequenceReader(item, 'QCStatement');
    const oid = readOid(reader.take(TAG.oid, 'statementId'));
    const [information, ...more] = reader.rest();
    if (more.length > 0) return { oid, value: `#${toHex(item.raw)}` };
    const statement = named(oid, STATEMENT_NAMES);
    if (!information) return statement;
    const read = readers[statement.name ?? ''];
    return { ...statement, value: read ? read(information) : `#${toHex(information.raw)}` };
  });
}

const readers: Readonly<Record<string, (element: DerElement) => Json>> = {
  limitValue: describeAmount,
  retentionPeriod: (element) => readSmallInteger(element),
  disclosures: (element) =>
    new SequenceReader(element, 'QcPDS').rest().map((item) => {
      const reader = new SequenceReader(item, 'PdsLocation');
      const url = readString(reader.take(TAG.ia5String, 'url'));
      const language = readString(reader.take(TAG.printableString, 'language'));
      reader.end();
      return { url, language };
    }),
  type: (element) =>
    new SequenceReader(element, 'QcType').rest().map((item) => {
      const oid = readOid(item);
      return STATEMENT_TYPES.get(oid) ?? oid;
    }),
  legislation: (element) => new SequenceReader(element, 'QcCClegislation').rest().map((item) => readString(item)),
  pkixSyntaxV1: describeSemantics,
  pkixSyntaxV2: describeSemantics,
};

/** MonetaryValue: amount times ten to the exponent. */
function describeAmount(element: DerElement): Json {
  const reader = new SequenceReader(element, 'MonetaryValue');
  const currency = reader.take(undefined, 'currency');
  const amount = readInteger(reader.take(TAG.integer, 'amount'));
  const exponent = readInteger(reader.take(TAG.integer, 'exponent'));
  reader.end();
  const code = currency.tag === TAG.integer ? readSmallInteger(currency) : readString(currency, TAG.printableString);
  return { currency: code, amount: String(amount), exponent: Number(exponent) };
}

function describeSemantics(element: DerElement): Json {
  const reader = new SequenceReader(element, 'SemanticsInformation');
  const oid = reader.takeOptional(TAG.oid);
  const authorities = reader.takeOptional(TAG.sequence);
  reader.end();
  return {
    ...(oid ? { semantics: readOid(oid) } : {}),
    ...(authorities
      ? {
          authorities: new SequenceReader(authorities, 'nameRegistrationAuthorities')
            .rest()
            .map((name) => describeGeneralName(readGeneralName(name))),
        }
      : {}),
  };
}
