import type { CertificateData, QcStatementsData, SubjectNames } from '../diagnostic/certificate.ts';
import type { CertificatePart } from '../policy/policy.ts';
import type { ValuesRule } from '../policy/rules.ts';
import type { Block, Failure } from './block.ts';
import { allows, allowsAny } from './context.ts';

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
export function checkSubjectNames(
  block: Block,
  { names, serialNumber }: CertificateData,
  rules: CertificatePart,
): void {
  block.check('process.certificate.serial_number', rules.serialNumberPresent, serialNumber !== '', failure);
  block.check('process.certificate.no_pseudonym', rules.usePseudonym, names.pseudonym === undefined, failure);
  for (const [field, code] of nameRules) {
    const rule = rules[field] as ValuesRule | undefined;
    const value = names[field];
    block.check('process.certificate.name', rule, allows(rule?.values ?? [], value), failure, {
      params: { part: code, value: value ?? '-' },
    });
  }
}

const QCP_LEGAL: readonly string[] = ['0.4.0.194112.1.1', '0.4.0.194112.1.3'];
const QCP_NATURAL: readonly string[] = ['0.4.0.194112.1.0', '0.4.0.194112.1.2'];
/** Policies of certificates that are qualified (TS 101 456), and of those on a qualified device (EN 319 411-2 clause 5.3 too). */
const QUALIFIED: readonly string[] = ['0.4.0.1456.1.1', '0.4.0.1456.1.2'];
const ON_DEVICE: readonly string[] = ['0.4.0.194112.1.2', '0.4.0.194112.1.3', '0.4.0.1456.1.1'];

/** Names that policies use for OIDs: EN 319 412-5 clause 4.2.3, EN 319 412-1 clause 5.1. */
const oidNames: Readonly<Record<string, string>> = {
  'qc-type-esign': '0.4.0.1862.1.6.1',
  'qc-type-eseal': '0.4.0.1862.1.6.2',
  'qc-type-web': '0.4.0.1862.1.6.3',
  'qcs-semanticsId-Natural': '0.4.0.194121.1.1',
  'qcs-SemanticsId-Legal': '0.4.0.194121.1.2',
  'qcs-semanticsId-eIDASNatural': '0.4.0.194121.1.3',
  'qcs-SemanticsId-eIDASLegal': '0.4.0.194121.1.4',
};

/** Certificate policies and QC statements (EN 319 412-5, TS 119 495) that the policy asks for. What is not stated satisfies no rule. */
export function checkQualification(block: Block, certificate: CertificateData, rules: CertificatePart): void {
  const policies = certificate.extensions.policies ?? [];
  const statements: QcStatementsData = certificate.extensions.qcStatements ?? {};
  const any = (list: readonly string[]): boolean => policies.some((oid) => list.includes(oid));
  const level = (code: string, rule: Parameters<Block['check']>[1], holds: boolean): void => {
    block.check(`process.certificate.${code}`, rule, holds, failure);
  };
  const values = (code: string, rule: ValuesRule | undefined, found: readonly string[]): void => {
    const named = rule && { ...rule, values: rule.values.map((value) => oidNames[value] ?? value) };
    block.check(`process.certificate.${code}`, rule, allowsAny(named, found), failure, {
      params: { value: found.join(', ') || '-' },
    });
  };
  const value = (code: string, rule: ValuesRule | undefined, found: string | undefined): void => {
    const holds = allows(rule?.values ?? [], found);
    block.check(`process.certificate.${code}`, rule, holds, failure, { params: { value: found ?? '-' } });
  };
  values('policy_ids', rules.policyIds, policies);
  level('policy_qualified', rules.policyQualificationIds, any(QUALIFIED));
  level('policy_device', rules.policySupportedByQSCDIds, any(ON_DEVICE));
  level('qc_compliance', rules.qcCompliance, statements.compliance === true);
  const { qcEuLimitValueCurrency: currency, minQcEuLimitValue: limit, minQcEuRetentionPeriod: period } = rules;
  level('qc_currency', currency, allows([currency?.value ?? ''], statements.limitCurrency));
  level('qc_limit', limit, (statements.limitValue ?? Number.NaN) >= (limit?.minimum ?? 0));
  level('qc_retention', period, (statements.retentionYears ?? Number.NaN) >= (period?.minimum ?? 0));
  level('qc_device', rules.qcSSCD, statements.sscd === true);
  values('qc_disclosure', rules.qcEuPDSLocation, statements.pdsLocations ?? []);
  values('qc_type', rules.qcType, statements.types ?? []);
  values('qc_legislation', rules.qcLegislationCountryCodes, statements.legislationCountries ?? []);
  level('natural_person', rules.issuedToNaturalPerson, any(QCP_NATURAL));
  level('legal_person', rules.issuedToLegalPerson, any(QCP_LEGAL));
  const semantics = statements.semanticsIdentifier;
  values('semantics', rules.semanticsIdentifier, semantics === undefined ? [] : [semantics]);
  values('psd2_roles', rules.psd2QcTypeRolesOfPSP, statements.psd2Roles ?? []);
  value('psd2_authority', rules.psd2QcCompetentAuthorityName, statements.psd2AuthorityName);
  value('psd2_authority_id', rules.psd2QcCompetentAuthorityId, statements.psd2AuthorityId);
}
