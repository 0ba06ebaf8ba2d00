import { encryptionName } from '../../policy/algorithm-names.ts';
import type {
  CertificateData,
  CertificateExtensions,
  CertificateRevocationData,
  GeneralNameData,
  QcStatementsData,
  SubjectNames,
  TrustServiceData,
} from '../certificate.ts';
import {
  chainIds,
  distinguishedName,
  instant,
  present,
  signatureFacts,
  signingCertificate,
  truth,
  type View,
  whole,
} from './element.ts';

/** UsedCertificates/Certificate. */
export function readCertificate(view: View): CertificateData | undefined {
  const id = view.attribute('Id');
  const notBefore = instant(view.child('NotBefore').text);
  const notAfter = instant(view.child('NotAfter').text);
  if (id === undefined || notBefore === undefined || notAfter === undefined) return undefined;
  const subject = distinguishedName(view, 'SubjectDistinguishedName');
  const issuer = distinguishedName(view, 'IssuerDistinguishedName');
  const trusted = view.child('Trusted');
  return present<CertificateData>({
    id,
    subject: subject.text,
    issuer: issuer.text,
    subjectCanonical: subject.canonical,
    issuerCanonical: issuer.canonical,
    entityKey: view.child('EntityKey').text,
    issuerNameMatch: truth(view.child('IssuerEntityKey').attribute('subjectName')),
    serialNumber: view.child('SerialNumber').text ?? '',
    notBefore,
    notAfter,
    publicKey: {
      algorithm: encryptionName(view.child('PublicKeyEncryptionAlgo').text ?? ''),
      size: whole(view.child('PublicKeySize').text) ?? 0,
    },
    selfSigned: truth(view.child('SelfSigned').text) ?? false,
    trusted: truth(trusted.text) ?? false,
    trustStart: instant(trusted.attribute('startDate')),
    trustSunset: instant(trusted.attribute('sunsetDate')),
    sources: view.entries('Sources', 'Source').flatMap(({ text }) => text?.toLowerCase().replaceAll('_', '-') ?? []),
    names: readNames(view),
    extensions: readExtensions(view),
    signature: signatureFacts(view),
    signingCertificate: signingCertificate(view),
    chain: chainIds(view),
    revocations: view.entries('Revocations', 'CertificateRevocation').flatMap(readStatus),
    trustServices: readServices(view),
  });
}

function readStatus(view: View): CertificateRevocationData[] {
  const revocation = view.attribute('Revocation');
  if (revocation === undefined) return [];
  const status = view.child('Status').text;
  return [
    present<CertificateRevocationData>({
      revocation,
      status: status === 'GOOD' ? 'good' : status === 'REVOKED' ? 'revoked' : 'unknown',
      reason: view.child('Reason').text,
      revocationTime: instant(view.child('RevocationDate').text),
    }),
  ];
}

function readNames(view: View): SubjectNames {
  const text = (name: string): string | undefined => view.child(name).text;
  return present<SubjectNames>({
    commonName: text('CommonName'),
    givenName: text('GivenName'),
    surname: text('Surname'),
    pseudonym: text('Pseudonym'),
    title: text('Title'),
    email: text('Email'),
    country: text('CountryName'),
    locality: text('Locality'),
    state: text('State'),
    organizationName: text('OrganizationName'),
    organizationUnit: text('OrganizationalUnit'),
    organizationIdentifier: text('OrganizationIdentifier'),
    serialNumber: text('SubjectSerialNumber'),
  });
}

const texts = (views: readonly View[]): string[] => views.flatMap(({ text }) => text ?? []);

/** Some numbers mean that there is no limit. */
const NO_LIMIT = 2_147_483_647;

function limit(text: string | undefined): number | undefined {
  const number = whole(text);
  return number === undefined || number < 0 || number >= NO_LIMIT ? undefined : number;
}

function readExtensions(view: View): CertificateExtensions {
  const all = view.child('CertificateExtensions');
  const find = (name: string): View => all.child(name);
  const basic = find('BasicConstraints');
  const names = find('SubjectAlternativeNames');
  const policy = find('PolicyConstraints');
  const access = find('AuthorityInformationAccess');
  const constraints = find('NameConstraints');
  return present<CertificateExtensions>({
    present: all.children.flatMap((extension) => {
      const oid = extension.attribute('OID');
      return oid === undefined || !isPresent(extension)
        ? []
        : [{ oid, critical: truth(extension.attribute('critical')) ?? false }];
    }),
    basicConstraints: basic.present
      ? present({ ca: truth(basic.attribute('CA')) ?? false, pathLength: limit(basic.attribute('pathLenConstraint')) })
      : undefined,
    keyUsage: list(find('KeyUsages'), 'keyUsageBit'),
    extendedKeyUsage: list(find('ExtendedKeyUsages'), 'extendedKeyUsageOid'),
    policies: list(find('CertificatePolicies'), 'certificatePolicy'),
    policyConstraints: policy.present
      ? present({
          requireExplicit: limit(policy.attribute('requireExplicitPolicy')),
          inhibitMapping: limit(policy.attribute('inhibitPolicyMapping')),
        })
      : undefined,
    inhibitAnyPolicy: limit(find('InhibitAnyPolicy').attribute('value')),
    nameConstraints: constraints.present
      ? {
          permitted: constraints.all('PermittedSubtree').map(readName),
          excluded: constraints.all('ExcludedSubtree').map(readName),
        }
      : undefined,
    subjectAlternativeNames: names.present ? names.all('subjectAlternativeName').map(readName) : undefined,
    authorityKeyIdentifier: find('AuthorityKeyIdentifier').child('keyIdentifier').text,
    subjectKeyIdentifier: find('SubjectKeyIdentifier').child('ski').text,
    caIssuers: list(access, 'caIssuersUrl'),
    ocspUrls: list(access, 'ocspUrl'),
    crlUrls: list(find('CRLDistributionPoints'), 'crlUrl'),
    ocspNoCheck: flag(find('IdPkixOcspNoCheck')),
    noRevAvail: flag(find('NoRevAvail')),
    shortTermValidityAssured: flag(find('ValAssuredShortTermCertificate')),
    qcStatements: readQcStatements(find('QcStatements')),
  });
}

const list = (view: View, name: string): string[] | undefined => (view.present ? texts(view.all(name)) : undefined);
const isPresent = (view: View): boolean => truth(view.attribute('present')) !== false;
const flag = (view: View): boolean | undefined => (view.present ? isPresent(view) : undefined);
const readName = (view: View): GeneralNameData => ({ type: view.attribute('type') ?? '', value: view.text ?? '' });

function readQcStatements(view: View): QcStatementsData | undefined {
  if (!view.present) return undefined;
  const limits = view.child('QcEuLimitValue');
  const psd2 = view.child('PSD2QcInfo');
  const limit = (whole(limits.child('Amount').text) ?? Number.NaN) * 10 ** (whole(limits.child('Exponent').text) ?? 0);
  return present<QcStatementsData>({
    compliance: flag(view.child('QcCompliance')),
    sscd: flag(view.child('QcSSCD')),
    types: texts(view.entries('QcTypes', 'QcType')),
    legislationCountries: texts(view.entries('QcCClegislation', 'CountryName')),
    retentionYears: whole(view.child('QcEuRetentionPeriod').text),
    limitCurrency: limits.child('Currency').text,
    limitValue: Number.isFinite(limit) ? limit : undefined,
    pdsLocations: texts(view.entries('QcEuPDS', 'PdsLocation')),
    semanticsIdentifier: view.child('SemanticsIdentifier').text,
    psd2Roles: psd2.present ? texts(psd2.entries('RoleOfPSP', 'Name')) : undefined,
    psd2AuthorityName: psd2.child('NcaName').text,
    psd2AuthorityId: psd2.child('NcaId').text,
  });
}

function readServices(view: View): TrustServiceData[] {
  return view.entries('TrustServiceProviders', 'TrustServiceProvider').flatMap((provider) =>
    provider.entries('TrustServices', 'TrustService').flatMap((service) => {
      const start = instant(service.child('StartDate').text);
      if (start === undefined) return [];
      return [
        present<TrustServiceData>({
          type: service.child('ServiceType').text ?? '',
          status: service.child('Status').text ?? '',
          start,
          end: instant(service.child('EndDate').text),
          name: service.entries('ServiceNames', 'ServiceName')[0]?.text,
          trustedList: provider.attribute('TL'),
          qualifiers: optional(texts(service.entries('CapturedQualifiers', 'Qualifier'))),
          additionalInformation: optional(
            texts(service.entries('AdditionalServiceInfoUris', 'AdditionalServiceInfoUri')),
          ),
          expiredCertsRevocationInfo: instant(service.child('ExpiredCertsRevocationInfo').text),
        }),
      ];
    }),
  );
}

const optional = (values: string[]): string[] | undefined => (values.length === 0 ? undefined : values);
