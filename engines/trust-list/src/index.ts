export { type AnchorSelection, type ServiceAnchor, trustAnchorsOf } from './anchors.ts';
export { buildTrustedList } from './build.ts';
export { TrustListError, type TrustListErrorCode } from './errors.ts';
export {
  KEPT_FOR_EVER,
  nationalScheme,
  SERVICE_STATUS,
  SERVICE_TYPE,
  TSL_NAMESPACE,
  TSL_SIGNING_PURPOSE,
} from './identifiers.ts';
export type {
  Address,
  DigitalIdentity,
  LanguageText,
  Multilingual,
  OtherListPointer,
  PostalAddress,
  Qualification,
  QualificationCriteria,
  ServiceExtensions,
  ServiceState,
  TrustedList,
  TrustService,
  TrustServiceProvider,
} from './model.ts';
export { noExtensions } from './model.ts';
export { maxListBytes, readTrustedList } from './read.ts';
export { type SignTrustedListOptions, signTrustedList } from './sign.ts';
export { maySignLists } from './signer.ts';
export { type ListSnapshot, type ListSnapshotOptions, listSnapshot } from './snapshot.ts';
export { type TrustedListReport, type VerifyTrustedListOptions, verifyTrustedList } from './verify.ts';
