import { TrustListError } from './errors.ts';
import type { Address, Multilingual, TrustedList, TrustService } from './model.ts';

/** Longest time to the next update: six months (clause 5.3.15). */
const longestDays = 184;

function invalid(field: string): TrustListError {
  return new TrustListError('trust_list.invalid', { params: { field } });
}

/** Throws {@link TrustListError} when a list must not be published so: what the schema does not say, but the standard does. */
export function checkModel(list: TrustedList): void {
  const { historicalInformationPeriod, issuedAt, nextUpdate, sequenceNumber, territory, version } = list;
  if (version !== 5 && version !== 6) throw invalid('version');
  if (!Number.isSafeInteger(sequenceNumber) || sequenceNumber < 1) throw invalid('sequenceNumber');
  if (!Number.isInteger(historicalInformationPeriod) || historicalInformationPeriod < 0) {
    throw invalid('historicalInformationPeriod');
  }
  if (territory !== undefined && !/^[A-Z]{2}$/.test(territory)) throw invalid('territory');
  const days = nextUpdate ? (nextUpdate.getTime() - issuedAt.getTime()) / 86_400_000 : 1;
  if (!(days > 0 && days <= longestDays)) throw invalid('nextUpdate');
  texts(list.operatorName, 'operatorName');
  address(list.operatorAddress, 'operatorAddress');
  texts(list.schemeName, 'schemeName');
  if (territory !== undefined && !list.schemeName.every(({ text }) => text.startsWith(`${territory}:`))) {
    throw invalid('schemeName');
  }
  uris(list.schemeInformationUris, 'schemeInformationUris');
  if (list.communityRules) uris(list.communityRules, 'communityRules');
  if (list.legalNotice) texts(list.legalNotice, 'legalNotice');
  for (const value of [list.type, list.statusDetermination, ...list.distributionPoints]) uri(value, 'uri');
  for (const { location } of list.pointers) uri(location, 'pointers');
  for (const provider of list.providers) {
    texts(provider.name, 'provider.name');
    if (provider.tradeName) texts(provider.tradeName, 'provider.tradeName');
    address(provider.address, 'provider.address');
    uris(provider.informationUris, 'provider.informationUris');
    if (provider.services.length === 0) throw invalid('provider.services');
    for (const service of provider.services) checkService(service, issuedAt);
  }
}

function checkService(service: TrustService, issuedAt: Date): void {
  for (const state of [service, ...service.history]) {
    texts(state.name, 'service.name');
    uri(state.type, 'service.type');
    uri(state.status, 'service.status');
    if (state.type !== service.type) throw invalid('service.history');
    const { certificates, subjectKeyId, subjectName } = state.identity;
    if (certificates.length === 0 && !subjectKeyId && subjectName === undefined) throw invalid('service.identity');
    if (state.extensions.unknownCritical.length > 0) throw invalid('service.extensions');
  }
  if (service.identity.certificates.length === 0) throw invalid('service.identity');
  if (service.startingTime > issuedAt) throw invalid('service.startingTime');
  let later = service.startingTime;
  for (const { startingTime } of service.history) {
    if (startingTime >= later) throw invalid('service.history');
    later = startingTime;
  }
  for (const point of service.supplyPoints) uri(point.uri, 'service.supplyPoints');
}

function texts(values: Multilingual, field: string): void {
  if (!values.some(({ language }) => language === 'en')) {
    throw new TrustListError('trust_list.english_missing', { params: { field } });
  }
  for (const { language, text } of values) {
    if (text.trim() === '' || !/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(language)) throw invalid(field);
  }
}

function uris(values: Multilingual, field: string): void {
  texts(values, field);
  for (const { text } of values) uri(text, field);
}

function uri(value: string, field: string): void {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(value)) throw invalid(field);
}

function address({ electronic, postal }: Address, field: string): void {
  uris(electronic, field);
  if (!postal.some(({ language }) => language === 'en')) {
    throw new TrustListError('trust_list.english_missing', { params: { field } });
  }
  for (const { country, locality, street } of postal) {
    if (!/^[A-Z]{2}$/.test(country) || locality.trim() === '' || street.trim() === '') throw invalid(field);
  }
}
