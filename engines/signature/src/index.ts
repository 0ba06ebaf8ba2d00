export { reportCodes } from './codes.ts';
export { SignatureError, type SignatureErrorCode, signatureErrorCodes } from './errors.ts';
export { type EvidenceNeed, missingEvidence } from './evidence-needs.ts';
export type { LicenceRegister } from './licence.ts';
export { defaultPolicy, type ValidationPolicy } from './policy.ts';
export { type RenderTextOptions, renderReportText, type Translate } from './render-text.ts';
export type {
  Answer,
  AttachmentReport,
  DocumentType,
  Finding,
  Indication,
  LicenceStatus,
  Question,
  SignatureLevel,
  SignatureReport,
  SignerIdentity,
  SubIndication,
  ValidationReport,
} from './report.ts';
export { type FindingCode, type Rule, rules } from './rules.ts';
export { maximumCrlBytes, type SignPdfOptions, signPdf, type Timestamper } from './sign-pdf.ts';
export type { Digests, HashedFile } from './subject.ts';
export { type DetachedFile, type ValidationInput, validateDocument } from './validate-document.ts';
export type { CertificateReference } from './xades/certificate-reference.ts';
export { XADES_NAMESPACE } from './xades/names.ts';
export {
  readXadesSignatures,
  signatureTimestampInput,
  type XadesDocument,
  type XadesSignature,
  type XadesTimestamp,
} from './xades/read.ts';
export { type SignXmlOptions, signXml } from './xades/sign.ts';
export { type VerifyXadesOptions, verifyXadesCrypto, type XadesCryptoFacts } from './xades/verify.ts';
