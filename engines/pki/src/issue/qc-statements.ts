import { der } from '@tra/asn1';
import { PkiError } from '../errors.ts';
import { isUri } from './name-syntax.ts';
import type { ProfileRules } from './profiles/profile.ts';
import type { QcStatements } from './request.ts';

const STATEMENT = {
  compliance: '0.4.0.1862.1.1',
  retention: '0.4.0.1862.1.3',
  device: '0.4.0.1862.1.4',
  disclosure: '0.4.0.1862.1.5',
  type: '0.4.0.1862.1.6',
  legislation: '0.4.0.1862.1.7',
} as const;

const TYPE = { esign: '0.4.0.1862.1.6.1', eseal: '0.4.0.1862.1.6.2' } as const;

function statement(oid: string, information?: Uint8Array): Uint8Array {
  return der.sequence(der.oid(oid), information);
}

/** QCStatements value (RFC 3739 section 3.2.6, ETSI EN 319 412-5), or undefined when there is nothing to state. */
export function qcStatements(type: ProfileRules['statementType'], asked: QcStatements = {}): Uint8Array | undefined {
  const { legislation = [], disclosures = [], retentionYears } = asked;
  checkStatements(asked);
  const statements = [
    ...(asked.compliance ? [statement(STATEMENT.compliance)] : []),
    ...(retentionYears === undefined ? [] : [statement(STATEMENT.retention, der.integer(retentionYears))]),
    ...(asked.device ? [statement(STATEMENT.device)] : []),
    ...(disclosures.length > 0 ? [statement(STATEMENT.disclosure, locations(disclosures))] : []),
    ...(type ? [statement(STATEMENT.type, der.sequence(der.oid(TYPE[type])))] : []),
    ...(legislation.length > 0 ? [statement(STATEMENT.legislation, countries(legislation))] : []),
  ];
  return statements.length > 0 ? der.sequence(...statements) : undefined;
}

function checkStatements({ legislation = [], disclosures = [], retentionYears = 0 }: QcStatements): void {
  const right =
    legislation.every((country) => /^[A-Z]{2}$/.test(country)) &&
    // One disclosure statement must be in English (section 4.3.4).
    (disclosures.length === 0 || disclosures.some(({ language }) => language === 'en')) &&
    disclosures.every(({ url, language }) => isUri(url) && url.startsWith('https://') && /^[a-z]{2}$/.test(language)) &&
    Number.isSafeInteger(retentionYears) &&
    retentionYears >= 0;
  if (!right) throw new PkiError('pki.request_invalid', { params: { reason: 'qc_statements' } });
}

function locations(disclosures: Required<QcStatements>['disclosures']): Uint8Array {
  return der.sequence(
    ...disclosures.map(({ url, language }) => der.sequence(der.ia5String(url), der.printableString(language))),
  );
}

function countries(codes: readonly string[]): Uint8Array {
  return der.sequence(...codes.map((code) => der.printableString(code)));
}
