export { answersWithoutSignature, type NothingJudged } from './answers.ts';
export { reportCodes } from './codes.ts';
export { readDssDiagnosticData } from './diagnostic/dss/read.ts';
export { hashDiagnosticData } from './diagnostic/hash.ts';
export type { DiagnosticData, TrustedListData } from './diagnostic/model.ts';
export { SignatureError, type SignatureErrorCode, signatureErrorCodes } from './errors.ts';
export type { TimestampKind } from './evidence/model.ts';
export { type EvidenceNeed, missingEvidence } from './evidence-needs.ts';
export type { LicenceRegister } from './licence.ts';
export {
  type ListedAnchor,
  type ListedState,
  type ServiceCondition,
  trustedServiceStatuses,
} from './listed-services.ts';
export { PolicyError, type PolicyErrorCode, policyErrorCodes } from './policy/errors.ts';
export type { ProcessPolicy } from './policy/policy.ts';
export { processPolicySchema } from './policy/policy-schema.ts';
export { readConstraintXml } from './policy/read-constraint-xml.ts';
export { readCryptoSuiteJson, readCryptoSuiteXml } from './policy/read-crypto-suite.ts';
export { readProcessPolicy } from './policy/read-policy.ts';
export { policyWarningCodes, type ReadWarning } from './policy/read-result.ts';
export { type ShippedPolicy, shippedPolicies } from './policy/shipped.ts';
export { withAlgorithms } from './policy/with-algorithms.ts';
export { defaultPolicy, documentPolicy, processPolicyOf, type ValidationPolicy } from './policy.ts';
export { processCheckCodes, processFailureCodes } from './process/codes.ts';
export { ProcessError, type ProcessErrorCode, processErrorCodes } from './process/errors.ts';
export { executeValidation, hashPolicy } from './process/execute.ts';
export type { BlockReport, DetailedReport } from './process/report.ts';
export { type RenderTextOptions, renderReportText, type Translate } from './render-text.ts';
export type {
  Answer,
  AttachmentReport,
  ChainLink,
  DocumentType,
  Finding,
  Indication,
  LicenceStatus,
  Question,
  RevisionReport,
  SignatureLevel,
  SignatureReport,
  SignerIdentity,
  SubIndication,
  TimestampReport,
  ValidationReport,
} from './report.ts';
export { type ReportSource, reportContent } from './reports/content/content.ts';
export type {
  ReportAnswer,
  ReportCertificate,
  ReportContent,
  ReportHeading,
  ReportMark,
  ReportNode,
  ReportRow,
  ReportSignature,
  ReportStatement,
  ReportStructure,
  ReportTimestamp,
} from './reports/content/model.ts';
export type { StructureSource } from './reports/content/structure-content.ts';
export type { ReportLanguage } from './reports/content/words.ts';
export type { EtsiSource } from './reports/etsi/objects.ts';
export { type EtsiOptions, writeEtsiReport } from './reports/etsi/write-report.ts';
export { type ReportFont, type ReportPages, reportPages } from './reports/html/render-html.ts';
export { type FindingCode, type Rule, rules } from './rules.ts';
export { maximumCrlBytes, type SignPdfOptions, signPdf, type Timestamper } from './sign-pdf.ts';
export type { Digests, HashedFile } from './subject.ts';
export {
  type DetachedFile,
  type FullValidation,
  type ValidationInput,
  validateDocument,
  validateDocumentFully,
} from './validate-document.ts';
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
