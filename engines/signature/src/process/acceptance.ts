import type { RevocationData } from '../diagnostic/revocation.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { ValuesRule } from '../policy/rules.ts';
import { Block, type Failure, failureOf, noted } from './block.ts';
import {
  allows,
  allowsAny,
  chainOf,
  ms,
  type Process,
  signedAttributesPart,
  signerOf,
  type TokenContext,
  unsignedAttributesPart,
  withinValidity,
} from './context.ts';
import { type IdentifiedToken, signingReferences } from './identification.ts';
import { hasArchiveMaterial, isContentTimestamp, timestampsOf } from './levels.ts';
import { checkRevocationAlgorithms, checkTokenAlgorithms } from './obsolescence.ts';
import { imprintIntact } from './poe.ts';
import type { BlockReport } from './report.ts';

const constraints: Failure = ['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE'];

/** Signature acceptance validation of a signature at `time` (milliseconds): clause 5.2.8. */
export function acceptSignature(
  process: Process,
  signature: SignatureData,
  options: { context: TokenContext; time: number },
): BlockReport {
  const { context } = options;
  const block = new Block('signature-acceptance', '5.2.8', signature.id);
  const part = context === 'counter-signature' ? process.policy.counterSignature : process.policy.signature;
  const valid = signature.structure?.valid !== false;
  block.check('process.acceptance.structure', part?.structuralValidation, valid, constraints);
  checkSigningCertificateAttribute(block, process, signature, context);
  checkSignedAttributes(block, process, signature, context);
  checkContentTimestamps(block, process, signature, context);
  checkUnsignedAttributes(block, process, signature, context);
  return block.close({ cryptographic: checkTokenAlgorithms(block, process, signature, options) });
}

/** Signature acceptance validation of a time-stamp token at `time`. */
export function acceptTimestamp(process: Process, timestamp: TimestampData, time: number): BlockReport {
  const block = new Block('signature-acceptance', '5.2.8', timestamp.id);
  const rules = process.policy.timestamp ?? {};
  checkSigningCertificateAttribute(block, process, timestamp, 'timestamp');
  const { tsaName } = timestamp;
  block.check('process.acceptance.tsa_name', rules.tsaGeneralNamePresent, tsaName !== undefined, constraints);
  if (tsaName) {
    const params = { name: tsaName.value };
    block.check(
      'process.acceptance.tsa_name_match',
      rules.tsaGeneralNameContentMatch,
      tsaName.contentMatch === true,
      constraints,
      { params },
    );
    block.check(
      'process.acceptance.tsa_name_order',
      rules.tsaGeneralNameOrderMatch,
      tsaName.orderMatch === true,
      constraints,
      { params },
    );
  }
  return block.close({
    cryptographic: checkTokenAlgorithms(block, process, timestamp, { context: 'timestamp', time }),
  });
}

/** Signature acceptance validation of a CRL or OCSP response at `time`: its algorithms and those of its issuer's path. */
export function acceptRevocation(process: Process, revocation: RevocationData, time: number): BlockReport {
  const block = new Block('signature-acceptance', '5.2.8', revocation.id);
  return block.close({ cryptographic: checkRevocationAlgorithms(block, process, revocation, time) });
}

/** Clause 5.2.8.4.2.1: the signing-certificate attribute names the signer, once, and only certificates of its path. */
function checkSigningCertificateAttribute(
  block: Block,
  process: Process,
  token: IdentifiedToken,
  context: TokenContext,
): void {
  const rules = signedAttributesPart(process, context);
  const references = signingReferences(token);
  block.check(
    'process.acceptance.signing_certificate',
    rules.signingCertificatePresent,
    references.length > 0,
    constraints,
  );
  if (references.length === 0) return;
  const named = new Set(references.map(({ certificate }) => certificate));
  const path = chainOf(process, token).map(({ id }) => id);
  const own = token.signingCertificate?.certificate;
  const chain = own === undefined || path.includes(own) ? path : [own, ...path];
  block.check(
    'process.acceptance.signing_certificate_once',
    rules.unicitySigningCertificate,
    references.length === 1,
    constraints,
  );
  const within = [...named].every((id) => chain.includes(id));
  block.check(
    'process.acceptance.signing_certificate_path',
    rules.signingCertificateRefersCertificateChain,
    within,
    constraints,
  );
  const complete = chain.every((id) => named.has(id));
  block.check(
    'process.acceptance.whole_path_named',
    rules.referencesToAllCertificateChainPresent,
    complete,
    constraints,
  );
}

function checkSignedAttributes(block: Block, process: Process, signature: SignatureData, context: TokenContext): void {
  const rules = signedAttributesPart(process, context);
  const jades = signature.format.startsWith('JAdES') || signature.format.startsWith('JSON');
  if (jades) checkKeyIdentifier(block, process, signature, context);
  const { claimedSigningTime: claimed } = signature;
  block.check('process.acceptance.signing_time', rules.signingTime, claimed !== undefined, constraints);
  const signer = signerOf(process, signature);
  if (claimed !== undefined && signer) {
    const params = { time: claimed, from: signer.notBefore, to: signer.notAfter };
    const within = withinValidity(signer, ms(claimed));
    block.check('process.acceptance.signing_time_in_validity', rules.signingTimeInCertRange, within, constraints, {
      params,
    });
  }
  const single = (code: string, rule: ValuesRule | undefined, value: string | undefined): void => {
    block.check(`process.acceptance.${code}`, rule, allows(rule?.values ?? [], value), constraints, {
      params: { value: value ?? '-' },
    });
  };
  single('content_type', rules.contentType, signature.contentType);
  single('content_hints', rules.contentHints, signature.contentHints);
  if (!jades) {
    const binding =
      signature.format.startsWith('XAdES') || signature.format.startsWith('XML')
        ? 'signed-properties'
        : 'message-digest';
    const bound = signature.digestMatchers.some(({ type }) => type === binding);
    block.check('process.acceptance.bound', rules.messageDigestOrSignedPropertiesPresent, bound, constraints);
  }
  single('content_identifier', rules.contentIdentifier, signature.contentIdentifier);
  const several = (code: string, rule: ValuesRule | undefined, values: readonly string[]): void => {
    block.check(`process.acceptance.${code}`, rule, allowsAny(rule, values), constraints, {
      params: { value: values.join(', ') || '-' },
    });
  };
  const { commitmentTypes } = signature;
  const committed = rules.commitmentTypeIndication?.values ?? [];
  const accepted = commitmentTypes.length > 0 && commitmentTypes.every((type) => allows(committed, type));
  block.check('process.acceptance.commitment', rules.commitmentTypeIndication, accepted, constraints, {
    params: { value: commitmentTypes.join(', ') || '-' },
  });
  block.check(
    'process.acceptance.location',
    rules.signerLocation,
    signature.productionPlace !== undefined,
    constraints,
  );
  several('claimed_roles', rules.claimedRoles, signature.claimedRoles);
  several('certified_roles', rules.certifiedRoles, signature.certifiedRoles);
}

/** JAdES: `kid` names the signing certificate (TS 119 182-1 clause 5.1.4). */
function checkKeyIdentifier(block: Block, process: Process, signature: SignatureData, context: TokenContext): void {
  const rules = signedAttributesPart(process, context);
  const identifiers = signature.foundCertificates
    .filter(({ certificate }) => certificate === signature.signingCertificate?.certificate)
    .flatMap(({ references = [] }) => references.filter(({ origin }) => origin === 'key-identifier'));
  const anywhere = signature.foundCertificates.some(({ references = [] }) =>
    references.some(({ origin }) => origin === 'key-identifier'),
  );
  block.check('process.acceptance.key_identifier', rules.keyIdentifierPresent, anywhere, constraints);
  if (!anywhere) return;
  const match = identifiers.some(({ keyIdentifierMatch }) => keyIdentifierMatch === true);
  block.check('process.acceptance.key_identifier_match', rules.keyIdentifierMatch, match, constraints);
}

function checkContentTimestamps(block: Block, process: Process, signature: SignatureData, context: TokenContext): void {
  const rules = signedAttributesPart(process, context);
  const timestamps = timestampsOf(process, signature).filter(isContentTimestamp);
  block.check('process.acceptance.content_timestamp', rules.contentTimeStamp, timestamps.length > 0, constraints);
  const demanded = hasArchiveMaterial(process, signature) ? noted : (process.policy.timestamp?.timestampValid ?? noted);
  for (const timestamp of timestamps) {
    const conclusion = process.tokens.get(timestamp.id)?.conclusion;
    const token = timestamp.id;
    if (conclusion) {
      const holds = conclusion.indication === 'PASSED';
      block.check('process.acceptance.content_timestamp_valid', demanded, holds, failureOf(conclusion), { token });
    }
    block.check(
      'process.acceptance.content_timestamp_imprint',
      rules.contentTimeStampMessageImprint,
      imprintIntact(timestamp),
      constraints,
      { token },
    );
  }
}

function checkUnsignedAttributes(
  block: Block,
  process: Process,
  signature: SignatureData,
  context: TokenContext,
): void {
  const rules = unsignedAttributesPart(process, context);
  const types = new Set(timestampsOf(process, signature).map(({ type }) => type));
  const countersigned = process.data.signatures.some(({ parent }) => parent === signature.id);
  block.check('process.acceptance.counter_signature', rules.counterSignature, countersigned, constraints);
  block.check('process.acceptance.signature_timestamp', rules.signatureTimeStamp, types.has('signature'), constraints);
  block.check(
    'process.acceptance.validation_data_timestamp',
    rules.validationDataTimeStamp,
    types.has('validation-data'),
    constraints,
  );
  const references = types.has('validation-data-references');
  block.check(
    'process.acceptance.references_timestamp',
    rules.validationDataRefsOnlyTimeStamp,
    references,
    constraints,
  );
  block.check('process.acceptance.archive_timestamp', rules.archiveTimeStamp, types.has('archive'), constraints);
  if (signature.format.startsWith('PAdES') || signature.pdfRevision) {
    block.check('process.acceptance.document_timestamp', rules.documentTimeStamp, types.has('document'), constraints);
  }
}
