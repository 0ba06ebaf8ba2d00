import { type ParsedDocument, type ParsedElement, parseXml, XmlError } from '@tra/xml';
import { ElementReader, malformed } from './element-reader.ts';
import { TrustListError } from './errors.ts';
import { TSL_NAMESPACE, TSL_TAG } from './identifiers.ts';
import type { Address, OtherListPointer, TrustedList, TrustServiceProvider } from './model.ts';
import { readIdentity, readService } from './read-service.ts';

/** Largest list in bytes: the European ones stay below 5 MB. */
export const maxListBytes: number = 32 * 1024 * 1024;

/**
 * Reads a trusted list (ETSI TS 119 612 v2.1.1 to v2.3.1), bounded in every respect; elements of other namespaces are passed over, what the standard
 * orders must be there once. The signature is not looked at: see `verifyTrustedList`. Throws {@link TrustListError}
 * `trust_list.unreadable`, `trust_list.namespace_wrong` or `trust_list.malformed`.
 */
export function readTrustedList(bytes: Uint8Array): TrustedList {
  return listOf(parseList(bytes));
}

/** The document of a list. Throws {@link TrustListError} `trust_list.unreadable`. */
export function parseList(bytes: Uint8Array): ParsedDocument {
  try {
    return parseXml(bytes, { maxBytes: maxListBytes });
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new TrustListError('trust_list.unreadable', { params: { reason: cause.code }, cause });
  }
}

/** The list in a document. Throws {@link TrustListError}. */
export function listOf({ root }: ParsedDocument): TrustedList {
  if (root.namespace !== TSL_NAMESPACE || root.localName !== 'TrustServiceStatusList') {
    throw new TrustListError('trust_list.namespace_wrong', { params: { namespace: root.namespace.slice(0, 80) } });
  }
  const reader = new ElementReader(root);
  if (reader.attribute('TSLTag') !== TSL_TAG) throw malformed('TSLTag');
  const providers = reader.optional('TrustServiceProviderList')?.all('TrustServiceProvider') ?? [];
  return { ...schemeInformation(reader.one('SchemeInformation')), providers: providers.map(readProvider) };
}

function schemeInformation(scheme: ElementReader): Omit<TrustedList, 'providers'> {
  const communityRules = scheme.optional('SchemeTypeCommunityRules')?.multilingual('URI');
  const territory = scheme.optional('SchemeTerritory')?.text();
  const legalNotice = scheme.optional('PolicyOrLegalNotice')?.multilingual('TSLLegalNotice');
  const nextUpdate = scheme.one('NextUpdate').optional('dateTime')?.time();
  return {
    version: scheme.one('TSLVersionIdentifier').integer(),
    sequenceNumber: scheme.one('TSLSequenceNumber').integer(),
    type: scheme.one('TSLType').text(),
    operatorName: scheme.one('SchemeOperatorName').multilingual('Name'),
    operatorAddress: readAddress(scheme.one('SchemeOperatorAddress')),
    schemeName: scheme.one('SchemeName').multilingual('Name'),
    schemeInformationUris: scheme.one('SchemeInformationURI').multilingual('URI'),
    statusDetermination: scheme.one('StatusDeterminationApproach').text(),
    ...(communityRules ? { communityRules } : {}),
    ...(territory === undefined ? {} : { territory }),
    ...(legalNotice ? { legalNotice } : {}),
    historicalInformationPeriod: scheme.one('HistoricalInformationPeriod').integer(),
    pointers: (scheme.optional('PointersToOtherTSL')?.all('OtherTSLPointer') ?? []).map(readPointer),
    issuedAt: scheme.one('ListIssueDateTime').time(),
    ...(nextUpdate ? { nextUpdate } : {}),
    distributionPoints: (scheme.optional('DistributionPoints')?.all('URI') ?? []).map((uri) => uri.text()),
  };
}

function readAddress(reader: ElementReader): Address {
  const postal = reader
    .one('PostalAddresses')
    .all('PostalAddress')
    .map((entry) => {
      const stateOrProvince = entry.optional('StateOrProvince')?.text();
      const postalCode = entry.optional('PostalCode')?.text();
      return {
        language: entry.language(),
        street: entry.one('StreetAddress').text(),
        locality: entry.one('Locality').text(),
        ...(stateOrProvince === undefined ? {} : { stateOrProvince }),
        ...(postalCode === undefined ? {} : { postalCode }),
        country: entry.one('CountryName').text(),
      };
    });
  return { postal, electronic: reader.one('ElectronicAddress').multilingual('URI') };
}

function readProvider(reader: ElementReader): TrustServiceProvider {
  const information = reader.one('TSPInformation');
  const tradeName = information.optional('TSPTradeName')?.multilingual('Name');
  return {
    name: information.one('TSPName').multilingual('Name'),
    ...(tradeName ? { tradeName } : {}),
    address: readAddress(information.one('TSPAddress')),
    informationUris: information.one('TSPInformationURI').multilingual('URI'),
    services: reader.one('TSPServices').all('TSPService').map(readService),
  };
}

function readPointer(reader: ElementReader): OtherListPointer {
  const identities = reader.optional('ServiceDigitalIdentities')?.all('ServiceDigitalIdentity') ?? [];
  const additional = reader.optional('AdditionalInformation')?.all('OtherInformation') ?? [];
  const named = (localName: string): ElementReader | undefined => {
    for (const part of additional) {
      const found: ParsedElement | undefined = part.children().find((child) => child.localName === localName);
      if (found) return new ElementReader(found);
    }
    return undefined;
  };
  const [type, territory, mimeType] = ['TSLType', 'SchemeTerritory', 'MimeType'].map((name) => named(name)?.text());
  const operatorName = named('SchemeOperatorName')?.multilingual('Name');
  const communityRules = named('SchemeTypeCommunityRules')?.multilingual('URI');
  return {
    signers: identities.flatMap((entry) => readIdentity(entry).certificates),
    location: reader.one('TSLLocation').text(),
    ...(type === undefined ? {} : { type }),
    ...(territory === undefined ? {} : { territory }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(operatorName ? { operatorName } : {}),
    ...(communityRules ? { communityRules } : {}),
  };
}
