import type { XmlElement } from '@tra/xml';
import type { CertificateData } from '../../diagnostic/certificate.ts';
import type { DiagnosticData } from '../../diagnostic/model.ts';
import type { SignedToken, TokenId } from '../../diagnostic/token.ts';
import type {
  BlockReport,
  Conclusion,
  CryptographicFinding,
  FinalIndication,
  ProcessMessage,
  ProcessSubIndication,
} from '../../process/report.ts';
import {
  algorithmUri,
  constraintStatus,
  constraintUri,
  mainIndication,
  reportDataType,
  revocationReason,
  subIndicationUri,
} from './names.ts';
import type { ValidationObjects } from './objects.ts';
import { dateTime, reference, vr } from './write.ts';

/** What a status is written from. */
export interface StatusSource {
  readonly token: SignedToken | undefined;
  readonly indication: FinalIndication;
  readonly subIndication?: ProcessSubIndication;
  /** The process that decided, with everything inside it. */
  readonly decided: BlockReport;
}

/** The status with the data that it rests on (TS 119 102-2 clauses 4.3.11 and 4.3.12). */
export function validationStatus(
  { token, indication, subIndication, decided }: StatusSource,
  { certificates }: DiagnosticData,
  objects: ValidationObjects,
): XmlElement {
  const known = new Map(certificates.map((certificate) => [certificate.id, certificate]));
  const chain = (token?.chain ?? []).flatMap((id) => known.get(id) ?? []);
  const failing = indication === 'TOTAL_PASSED' || indication === 'PASSED' ? undefined : subIndication;
  const data = [
    ...chainData(chain, objects),
    ...related(token, objects),
    revokedData(chain, failing, objects),
    cryptoData(decided, objects, token?.id),
    messagesData(decided.conclusion),
  ].filter((child) => child !== undefined);
  return vr('SignatureValidationStatus', [
    vr('MainIndication', mainIndication(indication)),
    subIndication === undefined ? undefined : vr('SubIndication', subIndicationUri(subIndication)),
    data.length === 0 ? undefined : vr('AssociatedValidationReportData', data),
  ]);
}

function chainData(chain: readonly CertificateData[], objects: ValidationObjects): readonly (XmlElement | undefined)[] {
  const [first, ...others] = chain;
  if (!first) return [];
  const anchor = chain.find(({ trusted }) => trusted);
  const between = others.filter((certificate) => certificate !== anchor);
  const anchorIds = objects.idsOf(anchor ? [anchor.id] : []);
  return [
    anchorIds.length === 0 ? undefined : reference('TrustAnchor', anchorIds),
    vr('CertificateChain', [
      reference('SigningCertificate', objects.idsOf([first.id])),
      ...between.map(({ id }) => reference('IntermediateCertificate', objects.idsOf([id]))),
      anchorIds.length === 0 ? undefined : reference('TrustAnchor', anchorIds),
    ]),
  ];
}

interface Carrier {
  readonly foundRevocations?: readonly { readonly revocation: TokenId }[];
  readonly timestamps?: readonly TokenId[];
}

/** Revocations and time-stamps that belong to the token. */
function related(token: SignedToken | undefined, objects: ValidationObjects): readonly XmlElement[] {
  const { foundRevocations = [], timestamps = [] } = (token ?? {}) as Carrier;
  const ids = objects.idsOf([...foundRevocations.map(({ revocation }) => revocation), ...timestamps]);
  return ids.length === 0 ? [] : [reference('RelatedValidationObject', ids)];
}

const revokedSubIndications: ReadonlySet<string> = new Set([
  'REVOKED',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'TRY_LATER',
]);

/** The first revoked certificate of the chain, where revocation is the reason (clause 4.3.12.6). */
function revokedData(
  chain: readonly CertificateData[],
  reason: ProcessSubIndication | undefined,
  objects: ValidationObjects,
): XmlElement | undefined {
  if (reason === undefined || !revokedSubIndications.has(reason)) return undefined;
  for (const { id, revocations } of chain) {
    const found = revocations.find(({ status }) => status === 'revoked');
    const time = found?.revocationTime === undefined ? undefined : dateTime(found.revocationTime);
    if (!found || time === undefined) continue;
    const evidence = objects.idsOf([found.revocation]);
    return vr('RevocationStatusInformation', [
      reference('ValidationObjectId', objects.idsOf([id])),
      vr('RevocationTime', time),
      found.reason === undefined ? undefined : vr('RevocationReason', revocationReason(found.reason)),
      evidence.length === 0 ? undefined : reference('RevocationObject', evidence),
    ]);
  }
  return undefined;
}

/** Algorithms that did not satisfy (clause 4.3.12.7). */
function cryptoData(
  decided: BlockReport,
  objects: ValidationObjects,
  token: TokenId | undefined,
): XmlElement | undefined {
  const found = cryptographicIn(decided);
  if (!found) return undefined;
  const [about] = [
    ...objects.idsOf([found.concerns]),
    ...(token === undefined ? [] : [objects.idOf(token) ?? objects.signatureId(token)]),
  ];
  if (about === undefined) return undefined;
  const until = found.notAfter === undefined ? undefined : dateTime(found.notAfter);
  return vr('CryptoInformation', [
    reference('ValidationObjectId', [about]),
    vr('Algorithm', algorithmUri(found.algorithm)),
    vr('SecureAlgorithm', String(found.secure)),
    until === undefined ? undefined : vr('NotAfter', until),
  ]);
}

function cryptographicIn({ blocks = [], cryptographic }: BlockReport): CryptographicFinding | undefined {
  if (cryptographic && !cryptographic.secure) return cryptographic;
  for (const block of blocks) {
    const found = cryptographicIn(block);
    if (found) return found;
  }
  return undefined;
}

/** What the conclusion says, as codes with their values (clause 4.3.12.8). */
function messagesData({ errors, infos, warnings }: Conclusion): XmlElement | undefined {
  const entry = (kind: 'error' | 'warning' | 'information') => (message: ProcessMessage) =>
    vr('ReportData', [vr('Type', reportDataType(kind)), vr('Value', wordsOf(message))]);
  const entries = [
    ...errors.map(entry('error')),
    ...warnings.map(entry('warning')),
    ...infos.map(entry('information')),
  ];
  return entries.length === 0 ? undefined : vr('AdditionalValidationReportData', entries);
}

function wordsOf({ code, params = {} }: ProcessMessage): string {
  const values = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return values.length === 0 ? code : `${code} (${values.join(', ')})`;
}

/** One entry for each check of these blocks (TS 119 102-2 clause 4.3.4). */
export function constraints(blocks: readonly BlockReport[]): readonly XmlElement[] {
  return blocks.flatMap(({ blocks: inner = [], checks, conclusion }) => [
    ...checks.map(({ code, status }) => {
      const ignored = status === 'IGNORED';
      const failed = status === 'NOT OK' ? conclusion.indication : 'PASSED';
      return vr('ValidationConstraint', [
        vr('ValidationConstraintIdentifier', constraintUri(code)),
        vr('ConstraintStatus', [vr('Status', constraintStatus(ignored ? 'disabled' : 'applied'))]),
        ignored ? undefined : constraintResult(failed === 'PASSED' ? 'PASSED' : failed, conclusion, status),
      ]);
    }),
    ...constraints(inner),
  ]);
}

function constraintResult(
  indication: 'PASSED' | 'FAILED' | 'INDETERMINATE',
  { subIndication }: Conclusion,
  status: string,
): XmlElement {
  const note = { WARN: 'warning', INFO: 'information' }[status];
  return vr('ValidationStatus', [
    vr('MainIndication', mainIndication(indication)),
    indication === 'PASSED' || subIndication === undefined
      ? undefined
      : vr('SubIndication', subIndicationUri(subIndication)),
    note === undefined
      ? undefined
      : vr('AssociatedValidationReportData', [
          vr('AdditionalValidationReportData', [
            vr('ReportData', [vr('Type', reportDataType(note as 'warning')), vr('Value', 'not fulfilled')]),
          ]),
        ]),
  ]);
}
