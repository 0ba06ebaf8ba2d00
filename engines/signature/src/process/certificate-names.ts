import type { CertificateData, QcStatementsData, SubjectNames } from '../diagnostic/certificate.ts';
import type { CertificatePart } from '../policy/policy.ts';
import type { ValuesRule } from '../policy/rules.ts';
import type { Block, Failure } from './block.ts';
import { allows } from './context.ts';

const failure: Failure = ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'];

const nameRules: readonly (readonly [keyof SubjectNames & keyof CertificatePart, string])[] = [
  ['surname', 'surname'],
  ['givenName', 'given_name'],
  ['commonName', 'common_name'],
  ['pseudonym', 'pseudonym'],
  ['title', 'title'],
  ['email', 'email'],
  ['country', 'country'],
  ['locality', 'locality'],
  ['state', 'state'],
  ['organizationIdentifier', 'organization_identifier'],
  ['organizationUnit', 'organization_unit'],
  ['organizationName', 'organization_name'],
];

/** Parts of the subject's name that the policy asks for. */
export function checkSubjectNames(block: Block, { names }: CertificateData, rules: CertificatePart): void {
  block.check(
    'process.certificate.serial_number',
    rules.serialNumberPresent,
    (names.serialNumber ?? '') !== '',
    failure,
  );
  block.check('process.certificate.no_pseudonym', rules.usePseudonym, names.pseudonym === undefined, failure);
  for (const [field, code] of nameRules) {
    const rule = rules[field] as ValuesRule | undefined;
    const value = names[field];
    block.check('process.certificate.name', rule, allows(rule?.values ?? [], value), failure, {
      params: { part: code, value: value ?? '-' },
    });
  }
}

const LEGAL_PERSON_SEMANTICS = '0.4.0.194121.1.2';
const QCP_LEGAL: readonly string[] = ['0.4.0.194112.1.1', '0.4.0.194112.1.3'];
const QCP_NATURAL: readonly string[] = ['0.4.0.194112.1.0', '0.4.0.194112.1.2'];
/** Policies of certificates that are qualified, and of those on a qualified device: EN 319 411-2 clause 5.3, TS 101 456. */
const QUALIFIED: readonly string[] = [
  ...QCP_LEGAL,
  ...QCP_NATURAL,
  '0.4.0.194112.1.4',
  '0.4.0.1456.1.1',
  '0.4.0.1456.1.2',
];
const ON_DEVICE: readonly string[] = ['0.4.0.194112.1.2', '0.4.0.194112.1.3', '0.4.0.1456.1.1'];

/** Certificate policies and QC statements (EN 319 412-5, TS 119 495) that the policy asks for. */
export function checkQualification(block: Block, certificate: CertificateData, rules: CertificatePart): void {
  const policies = certificate.extensions.policies ?? [];
  const statements: QcStatementsData = certificate.extensions.qcStatements ?? {};
  const any = (list: readonly string[]): boolean => policies.some((oid) => list.includes(oid));
  const level = (code: string, rule: Parameters<Block['check']>[1], holds: boolean): void => {
    block.check(`process.certificate.${code}`, rule, holds, failure);
  };
  const values = (code: string, rule: ValuesRule | undefined, found: readonly string[]): void => {
    const holds = found.some((value) => allows(rule?.values ?? [], value));
    block.check(`process.certificate.${code}`, rule, holds, failure, { params: { value: found.join(', ') || '-' } });
  };
  values('policy_ids', rules.policyIds, policies);
  level('policy_qualified', rules.policyQualificationIds, any(QUALIFIED));
  level('policy_device', rules.policySupportedByQSCDIds, any(ON_DEVICE));
  level('qc_compliance', rules.qcCompliance, statements.compliance === true);
  const currency = rules.qcEuLimitValueCurrency;
  level(
    'qc_currency',
    currency,
    statements.limitCurrency === undefined || allows([currency?.value ?? ''], statements.limitCurrency),
  );
  level('qc_limit', rules.minQcEuLimitValue, (statements.limitValue ?? 0) >= (rules.minQcEuLimitValue?.minimum ?? 0));
  level(
    'qc_retention',
    rules.minQcEuRetentionPeriod,
    (statements.retentionYears ?? 0) >= (rules.minQcEuRetentionPeriod?.minimum ?? 0),
  );
  level('qc_device', rules.qcSSCD, statements.sscd === true);
  values('qc_disclosure', rules.qcEuPDSLocation, statements.pdsLocations ?? []);
  values('qc_type', rules.qcType, statements.types ?? []);
  const countries = statements.legislationCountries ?? [];
  values('qc_legislation', rules.qcLegislationCountryCodes, countries.length === 0 ? ['EU'] : countries);
  const legal = statements.semanticsIdentifier === LEGAL_PERSON_SEMANTICS || any(QCP_LEGAL);
  const natural =
    any(QCP_NATURAL) || certificate.names.surname !== undefined || certificate.names.givenName !== undefined;
  level('natural_person', rules.issuedToNaturalPerson, natural && !legal);
  level('legal_person', rules.issuedToLegalPerson, legal);
  const semantics = statements.semanticsIdentifier;
  values('semantics', rules.semanticsIdentifier, semantics === undefined ? [] : [semantics]);
  values('psd2_roles', rules.psd2QcTypeRolesOfPSP, statements.psd2Roles ?? []);
  values(
    'psd2_authority',
    rules.psd2QcCompetentAuthorityName,
    statements.psd2AuthorityName ? [statements.psd2AuthorityName] : [],
  );
  values(
    'psd2_authority_id',
    rules.psd2QcCompetentAuthorityId,
    statements.psd2AuthorityId ? [statements.psd2AuthorityId] : [],
  );
}
