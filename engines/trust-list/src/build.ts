import { toBase64, utf8Decode } from '@tra/kernel';
import { XADES_NAMESPACE } from '@tra/signature';
import { element, serializeXml, type XmlElement } from '@tra/xml';
import { checkModel } from './check-model.ts';
import { ADDITIONAL_TYPES_NAMESPACE, QUALIFICATIONS_NAMESPACE, TSL_NAMESPACE, TSL_TAG } from './identifiers.ts';
import type {
  Address,
  DigitalIdentity,
  Multilingual,
  OtherListPointer,
  QualificationCriteria,
  ServiceExtensions,
  ServiceState,
  TrustedList,
  TrustService,
  TrustServiceProvider,
} from './model.ts';

/**
 * A trusted list as XML in the order of the schema, not signed yet (ETSI TS 119 612 annex B); the same model gives the same text. Throws
 * {@link TrustListError} when the standard does not allow the list: English missing, history out of order, update too late.
 *
 * @example
 * const xml = buildTrustedList(list);
 */
export function buildTrustedList(list: TrustedList): string {
  checkModel(list);
  // Prefixes are declared where they are used: exclusive canonicalisation would leave the others unsigned.
  const namespaces = { xmlns: TSL_NAMESPACE, TSLTag: TSL_TAG };
  const parts = [
    schemeInformation(list),
    ...(list.providers.length > 0 ? [element('TrustServiceProviderList', {}, list.providers.map(provider))] : []),
  ];
  return utf8Decode(serializeXml(element('TrustServiceStatusList', namespaces, parts)));
}

const text = (name: string, value: string | number): XmlElement => element(name, {}, String(value));
const time = (name: string, value: Date): XmlElement => text(name, `${value.toISOString().slice(0, 19)}Z`);

function multilingual(name: string, item: string, values: Multilingual): XmlElement {
  return element(
    name,
    {},
    values.map((value) => element(item, { 'xml:lang': value.language }, value.text)),
  );
}

function optional(name: string, item: string, values: Multilingual | undefined): XmlElement[] {
  return values && values.length > 0 ? [multilingual(name, item, values)] : [];
}

function address(name: string, { electronic, postal }: Address): XmlElement {
  const addresses = postal.map((entry) =>
    element('PostalAddress', { 'xml:lang': entry.language }, [
      text('StreetAddress', entry.street),
      text('Locality', entry.locality),
      ...(entry.stateOrProvince === undefined ? [] : [text('StateOrProvince', entry.stateOrProvince)]),
      ...(entry.postalCode === undefined ? [] : [text('PostalCode', entry.postalCode)]),
      text('CountryName', entry.country),
    ]),
  );
  return element(name, {}, [
    element('PostalAddresses', {}, addresses),
    multilingual('ElectronicAddress', 'URI', electronic),
  ]);
}

function schemeInformation(list: TrustedList): XmlElement {
  return element('SchemeInformation', {}, [
    text('TSLVersionIdentifier', list.version),
    text('TSLSequenceNumber', list.sequenceNumber),
    text('TSLType', list.type),
    multilingual('SchemeOperatorName', 'Name', list.operatorName),
    address('SchemeOperatorAddress', list.operatorAddress),
    multilingual('SchemeName', 'Name', list.schemeName),
    multilingual('SchemeInformationURI', 'URI', list.schemeInformationUris),
    text('StatusDeterminationApproach', list.statusDetermination),
    ...optional('SchemeTypeCommunityRules', 'URI', list.communityRules),
    ...(list.territory === undefined ? [] : [text('SchemeTerritory', list.territory)]),
    ...optional('PolicyOrLegalNotice', 'TSLLegalNotice', list.legalNotice),
    text('HistoricalInformationPeriod', list.historicalInformationPeriod),
    ...(list.pointers.length > 0 ? [element('PointersToOtherTSL', {}, list.pointers.map(pointer))] : []),
    time('ListIssueDateTime', list.issuedAt),
    element('NextUpdate', {}, list.nextUpdate ? [time('dateTime', list.nextUpdate)] : []),
    ...(list.distributionPoints.length > 0
      ? [
          element(
            'DistributionPoints',
            {},
            list.distributionPoints.map((uri) => text('URI', uri)),
          ),
        ]
      : []),
  ]);
}

function pointer(entry: OtherListPointer): XmlElement {
  const { communityRules, location, mimeType, operatorName, signers, territory, type } = entry;
  const information = [
    ...(type === undefined ? [] : [text('TSLType', type)]),
    ...(territory === undefined ? [] : [text('SchemeTerritory', territory)]),
    ...optional('SchemeOperatorName', 'Name', operatorName),
    ...optional('SchemeTypeCommunityRules', 'URI', communityRules),
    ...(mimeType === undefined
      ? []
      : [element('tslx:MimeType', { 'xmlns:tslx': ADDITIONAL_TYPES_NAMESPACE }, mimeType)]),
  ].map((part) => element('OtherInformation', {}, [part]));
  const identities = signers.map((certificate) => identity({ certificates: [certificate] }));
  return element('OtherTSLPointer', {}, [
    ...(identities.length > 0 ? [element('ServiceDigitalIdentities', {}, identities)] : []),
    text('TSLLocation', location),
    ...(information.length > 0 ? [element('AdditionalInformation', {}, information)] : []),
  ]);
}

function provider(entry: TrustServiceProvider): XmlElement {
  return element('TrustServiceProvider', {}, [
    element('TSPInformation', {}, [
      multilingual('TSPName', 'Name', entry.name),
      ...optional('TSPTradeName', 'Name', entry.tradeName),
      address('TSPAddress', entry.address),
      multilingual('TSPInformationURI', 'URI', entry.informationUris),
    ]),
    element('TSPServices', {}, entry.services.map(service)),
  ]);
}

function service(entry: TrustService): XmlElement {
  const points = entry.supplyPoints.map(({ type, uri }) =>
    element('ServiceSupplyPoint', type === undefined ? {} : { type }, uri),
  );
  const current = element('ServiceInformation', {}, [
    ...state(entry),
    ...optional('SchemeServiceDefinitionURI', 'URI', entry.schemeDefinitionUris),
    ...(points.length > 0 ? [element('ServiceSupplyPoints', {}, points)] : []),
    ...optional('TSPServiceDefinitionURI', 'URI', entry.definitionUris),
    ...extensions(entry.extensions),
  ]);
  const history = entry.history.map((earlier) =>
    element('ServiceHistoryInstance', {}, [...state(earlier), ...extensions(earlier.extensions)]),
  );
  return element('TSPService', {}, [current, ...(history.length > 0 ? [element('ServiceHistory', {}, history)] : [])]);
}

function state(entry: ServiceState): XmlElement[] {
  return [
    text('ServiceTypeIdentifier', entry.type),
    multilingual('ServiceName', 'Name', entry.name),
    identity(entry.identity),
    text('ServiceStatus', entry.status),
    time('StatusStartingTime', entry.startingTime),
  ];
}

function identity({ certificates, subjectKeyId, subjectName }: DigitalIdentity): XmlElement {
  const parts = [
    ...certificates.map((certificate) => text('X509Certificate', toBase64(certificate))),
    ...(subjectName === undefined ? [] : [text('X509SubjectName', subjectName)]),
    ...(subjectKeyId ? [text('X509SKI', toBase64(subjectKeyId))] : []),
  ];
  return element(
    'ServiceDigitalIdentity',
    {},
    parts.map((part) => element('DigitalId', {}, [part])),
  );
}

function extensions({
  additionalServices,
  expiredCertsRevocationInfo,
  qualifications,
}: ServiceExtensions): XmlElement[] {
  const extension = (critical: boolean, part: XmlElement): XmlElement =>
    element('Extension', { Critical: String(critical) }, [part]);
  const all = [
    ...(expiredCertsRevocationInfo
      ? [extension(false, time('ExpiredCertsRevocationInfo', expiredCertsRevocationInfo))]
      : []),
    ...(qualifications.length > 0
      ? [
          extension(
            true,
            element(
              'sie:Qualifications',
              { 'xmlns:sie': QUALIFICATIONS_NAMESPACE },
              qualifications.map(({ criteria, qualifiers }) =>
                element('sie:QualificationElement', {}, [
                  element(
                    'sie:Qualifiers',
                    {},
                    qualifiers.map((uri) => element('sie:Qualifier', { uri })),
                  ),
                  criteriaList(criteria),
                ]),
              ),
            ),
          ),
        ]
      : []),
    ...additionalServices.map(({ critical, language, uri }) =>
      extension(critical, element('AdditionalServiceInformation', {}, [element('URI', { 'xml:lang': language }, uri)])),
    ),
  ];
  return all.length > 0 ? [element('ServiceInformationExtensions', {}, all)] : [];
}

function criteriaList({ assert, criteria, keyUsage, policySets }: QualificationCriteria): XmlElement {
  const bits = keyUsage.map(({ bit, value }) => element('sie:KeyUsageBit', { name: bit }, String(value)));
  const policies = policySets.map((set) =>
    element(
      'sie:PolicySet',
      {},
      set.map((oid) =>
        element('sie:PolicyIdentifier', {}, [
          element('xades:Identifier', { 'xmlns:xades': XADES_NAMESPACE, Qualifier: 'OIDAsURN' }, `urn:oid:${oid}`),
        ]),
      ),
    ),
  );
  return element('sie:CriteriaList', { assert }, [
    ...(bits.length > 0 ? [element('sie:KeyUsage', {}, bits)] : []),
    ...policies,
    ...criteria.map(criteriaList),
  ]);
}
