import type { ContainerData } from '../diagnostic/model.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import { Block, type Failure, mandatory } from './block.ts';
import { containsAllFiles, coversTokens, filenamesAdhere, manifestCovers } from './container.ts';
import { allows, basicPart, type Process, signedAttributesPart, type TokenContext } from './context.ts';
import { checkPdfRevision } from './pdf-checking.ts';
import type { BlockReport } from './report.ts';

export const formatFailure: Failure = ['FAILED', 'FORMAT_FAILURE'];

/** Format checking of a signature: clause 5.2.2. */
export function checkSignatureFormat(process: Process, signature: SignatureData, context: TokenContext): BlockReport {
  const block = new Block('format-checking', '5.2.2', signature.id);
  const { policy, data } = process;
  const basic = basicPart(process, context);
  const part = context === 'counter-signature' ? policy.counterSignature : policy.signature;
  const formats = part?.acceptableFormats;
  block.check('process.format.acceptable', formats, allows(formats?.values ?? [], signature.format), formatFailure, {
    params: { format: signature.format },
  });
  block.check('process.format.unambiguous', basic.signatureDuplicated, signature.duplicated !== true, formatFailure);
  const ambiguous = signature.digestMatchers.some(({ duplicated }) => duplicated === true);
  block.check('process.format.references_unambiguous', mandatory, !ambiguous, formatFailure);
  const full = signature.scopes.length > 0 && signature.scopes.every(({ scope }) => scope === 'full');
  block.check('process.format.full_scope', part?.fullScope, full, formatFailure);
  if (signature.pdfRevision) {
    const infos = signature.signerInfos;
    const single = infos === undefined || infos.length === 1;
    block.check('process.format.one_signer', basic.signerInformationStore, single, formatFailure);
    checkPdfRevision(block, { process, token: signature, revision: signature.pdfRevision, basic });
  }
  checkPdfA(block, process);
  if (signature.curveMatchesAlgorithm !== undefined) {
    const rule = signedAttributesPart(process, context).ellipticCurveKeySize;
    block.check('process.format.curve', rule, signature.curveMatchesAlgorithm, formatFailure);
  }
  if (data.container) {
    checkContainer(block, process, data.container);
    const rules = policy.container;
    block.check(
      'process.format.filename',
      rules?.filenameAdherence,
      filenamesAdhere(data.container, signature),
      formatFailure,
    );
    block.check(
      'process.format.all_files_signed',
      rules?.allFilesSigned,
      containsAllFiles(data.container, signature),
      formatFailure,
    );
  }
  return block.close();
}

/** Format checking of a time-stamp; undefined where there is nothing to check. */
export function checkTimestampFormat(process: Process, timestamp: TimestampData): BlockReport | undefined {
  const block = new Block('format-checking', '5.2.2', timestamp.id);
  const basic = basicPart(process, 'timestamp');
  if (timestamp.pdfRevision)
    checkPdfRevision(block, { process, token: timestamp, revision: timestamp.pdfRevision, basic });
  const alone = !timestamp.covered.some(({ category }) => category === 'signature');
  if (timestamp.type === 'document' && alone) checkPdfA(block, process);
  const { container } = process.data;
  if (container && timestamp.type === 'container') {
    if (alone) checkContainer(block, process, container);
    const rule = process.policy.timestamp?.containerSignedAndTimestampedFilesCovered;
    if (coversTokens(timestamp))
      block.check('process.format.files_covered', rule, manifestCovers(container, timestamp.filename), formatFailure);
  }
  const index = timestamp.atsHashIndexValid;
  if (index !== undefined)
    block.check('process.format.hash_index', process.policy.timestamp?.atsHashIndex, index, formatFailure);
  const report = block.close();
  return report.checks.length === 0 ? undefined : report;
}

function checkPdfA(block: Block, { data, policy }: Process): void {
  if (!data.pdfA) return;
  const profiles = policy.pdfA?.acceptablePDFAProfiles;
  block.check(
    'process.format.pdfa_profile',
    profiles,
    allows(profiles?.values ?? [], data.pdfA.profile),
    formatFailure,
    {
      params: { profile: data.pdfA.profile ?? '-' },
    },
  );
  block.check('process.format.pdfa_compliant', policy.pdfA?.pdfaCompliant, data.pdfA.compliant, formatFailure);
}

function checkContainer(block: Block, { policy }: Process, container: ContainerData): void {
  const rules = policy.container ?? {};
  const check = (
    code: string,
    rule: { level: 'FAIL' | 'WARN' | 'INFORM' | 'IGNORE' } | undefined,
    holds: boolean,
  ): void => {
    block.check(`process.format.${code}`, rule, holds, formatFailure);
  };
  const types = rules.acceptableContainerTypes;
  check('container_type', types, allows(types?.values ?? [], container.type));
  check('zip_comment', rules.zipCommentPresent, (container.zipComment ?? '') !== '');
  const comments = rules.acceptableZipComment;
  if ((container.zipComment ?? '') !== '')
    check('zip_comment_value', comments, allows(comments?.values ?? [], container.zipComment));
  check('mimetype', rules.mimeTypeFilePresent, container.mimeTypePresent);
  const contents = rules.acceptableMimeTypeFileContent;
  if (container.mimeTypePresent)
    check('mimetype_content', contents, allows(contents?.values ?? [], container.mimeTypeContent));
  check('manifest', rules.manifestFilePresent, container.type !== 'ASiC-E' || container.manifests.length > 0);
  const root = container.contentFiles.filter((name) => !/[/\\]/.test(name));
  const present = container.type === 'ASiC-S' ? root.length === 1 : container.contentFiles.length > 0;
  check('signed_files', rules.signedFilesPresent, present);
}
