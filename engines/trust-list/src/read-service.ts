import { XADES_NAMESPACE } from '@tra/signature';
import { type ElementReader, malformed } from './element-reader.ts';
import { QUALIFICATIONS_NAMESPACE, TSL_NAMESPACE } from './identifiers.ts';
import type {
  DigitalIdentity,
  Qualification,
  QualificationCriteria,
  ServiceExtensions,
  ServiceState,
  TrustService,
} from './model.ts';

/** One TSPService. */
export function readService(reader: ElementReader): TrustService {
  const information = reader.one('ServiceInformation');
  const schemeDefinitionUris = information.optional('SchemeServiceDefinitionURI')?.multilingual('URI');
  const definitionUris = information.optional('TSPServiceDefinitionURI')?.multilingual('URI');
  const points = information.optional('ServiceSupplyPoints')?.all('ServiceSupplyPoint') ?? [];
  const history = reader.optional('ServiceHistory')?.all('ServiceHistoryInstance') ?? [];
  return {
    ...readState(information),
    ...(schemeDefinitionUris ? { schemeDefinitionUris } : {}),
    supplyPoints: points.map((point) => {
      const type = point.attribute('type');
      return { uri: point.text(), ...(type === undefined ? {} : { type }) };
    }),
    ...(definitionUris ? { definitionUris } : {}),
    history: history.map(readState),
  };
}

function readState(reader: ElementReader): ServiceState {
  const extensions = reader.optional('ServiceInformationExtensions')?.all('Extension') ?? [];
  return {
    type: reader.one('ServiceTypeIdentifier').text(),
    name: reader.one('ServiceName').multilingual('Name'),
    identity: readIdentity(reader.one('ServiceDigitalIdentity')),
    status: reader.one('ServiceStatus').text(),
    startingTime: reader.one('StatusStartingTime').time(),
    extensions: readExtensions(extensions),
  };
}

/** The forms of a ServiceDigitalIdentity that this reader knows. */
export function readIdentity(reader: ElementReader): DigitalIdentity {
  const ids = reader.all('DigitalId');
  const parts = (name: string): ElementReader[] => ids.flatMap((id) => id.optional(name) ?? []);
  const [subjectName] = parts('X509SubjectName');
  const [subjectKeyId] = parts('X509SKI');
  return {
    certificates: parts('X509Certificate').map((part) => part.octets()),
    ...(subjectName ? { subjectName: subjectName.text() } : {}),
    ...(subjectKeyId ? { subjectKeyId: subjectKeyId.octets() } : {}),
  };
}

function readExtensions(extensions: readonly ElementReader[]): ServiceExtensions {
  const additionalServices: ServiceExtensions['additionalServices'][number][] = [];
  const qualifications: Qualification[] = [];
  const unknownCritical: string[] = [];
  let expired: Date | undefined;
  for (const extension of extensions) {
    const critical = /^(?:true|1)$/.test(extension.attribute('Critical')?.trim() ?? '');
    const additional = extension.optional('AdditionalServiceInformation');
    const qualified = extension.optional('Qualifications', QUALIFICATIONS_NAMESPACE);
    const revocation = extension.optional('ExpiredCertsRevocationInfo');
    for (const child of extension.children()) {
      const known = child.namespace === TSL_NAMESPACE || child.namespace === QUALIFICATIONS_NAMESPACE;
      const read = /^(?:AdditionalServiceInformation|Qualifications|ExpiredCertsRevocationInfo)$/.test(child.localName);
      if (critical && !(known && read)) unknownCritical.push(child.localName);
    }
    if (additional) {
      const uri = additional.one('URI');
      additionalServices.push({ uri: uri.text(), language: uri.language(), critical });
    }
    if (qualified) qualifications.push(...readQualifications(qualified));
    if (revocation) expired = revocation.time();
  }
  return {
    additionalServices,
    qualifications,
    ...(expired ? { expiredCertsRevocationInfo: expired } : {}),
    unknownCritical,
  };
}

function readQualifications(reader: ElementReader): Qualification[] {
  const sie = QUALIFICATIONS_NAMESPACE;
  return reader.all('QualificationElement', sie).map((entry) => ({
    qualifiers: entry
      .one('Qualifiers', sie)
      .all('Qualifier', sie)
      .map((qualifier) => qualifier.attribute('uri') ?? ''),
    criteria: readCriteria(entry.one('CriteriaList', sie)),
  }));
}

function readCriteria(reader: ElementReader): QualificationCriteria {
  const sie = QUALIFICATIONS_NAMESPACE;
  const assert = reader.attribute('assert') ?? 'all';
  if (assert !== 'all' && assert !== 'atLeastOne' && assert !== 'none') throw malformed('CriteriaList/@assert');
  return {
    assert,
    keyUsage: reader.all('KeyUsage', sie).flatMap((usage) =>
      usage.all('KeyUsageBit', sie).map((bit) => ({
        bit: bit.attribute('name') ?? '',
        value: /^(?:true|1)$/.test(bit.text()),
      })),
    ),
    policySets: reader.all('PolicySet', sie).map((set) =>
      set.all('PolicyIdentifier', sie).map((policy) =>
        policy
          .one('Identifier', XADES_NAMESPACE)
          .text()
          .replace(/^urn:oid:/i, ''),
      ),
    ),
    criteria: reader.all('CriteriaList', sie).map(readCriteria),
    unknown: reader
      .children()
      .some(({ localName }) => !/^(?:KeyUsage|PolicySet|CriteriaList|Description)$/.test(localName)),
  };
}
