import type { RevocationData } from '../diagnostic/revocation.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { acceptRevocation, acceptSignature, acceptTimestamp } from './acceptance.ts';
import type { CertificateResult } from './certificate.ts';
import { ms, type Process, signerOf, type TokenContext } from './context.ts';
import { checkSignatureFormat, checkTimestampFormat } from './format-checking.ts';
import { type IdentifiedToken, identifySigner } from './identification.ts';
import type { BlockReport, Conclusion, TokenReport } from './report.ts';
import { initializeContext } from './validation-context.ts';
import { type VerifiedToken, verifyToken } from './verification.ts';
import { validatePath } from './x509.ts';

/** The basic building blocks of a token by name, and the results of its path. */
export interface BasicBlocks {
  readonly token: TokenId;
  readonly context: TokenContext;
  readonly format?: BlockReport;
  readonly identification: BlockReport;
  readonly validationContext?: BlockReport;
  readonly path?: BlockReport;
  readonly certificates: ReadonlyMap<TokenId, CertificateResult>;
  readonly verification: BlockReport;
  readonly acceptance: BlockReport;
}

type AnyToken = IdentifiedToken & VerifiedToken;

/** Blocks that all tokens have: clauses 5.2.3, 5.2.6, 5.2.7. */
function commonBlocks(
  process: Process,
  token: AnyToken,
  { context, usedAt }: { context: TokenContext; usedAt: number },
) {
  const signer = signerOf(process, token);
  const path = signer && validatePath(process, signer, { context, usedAt });
  return {
    token: token.id,
    context,
    identification: identifySigner(process, token, context),
    ...(path ? { path: path.report } : {}),
    certificates: path?.certificates ?? new Map<TokenId, CertificateResult>(),
    verification: verifyToken(process, token, context),
  };
}

/** Basic building blocks of a revocation. */
export function revocationBlocks(process: Process, revocation: RevocationData): BasicBlocks {
  const common = commonBlocks(process, revocation, { context: 'revocation', usedAt: ms(revocation.productionTime) });
  return { ...common, acceptance: acceptRevocation(process, revocation, process.now) };
}

/** Basic building blocks of a time-stamp. */
export function timestampBlocks(process: Process, timestamp: TimestampData): BasicBlocks {
  const format = checkTimestampFormat(process, timestamp);
  const common = commonBlocks(process, timestamp, { context: 'timestamp', usedAt: ms(timestamp.productionTime) });
  return { ...common, ...(format ? { format } : {}), acceptance: acceptTimestamp(process, timestamp, process.now) };
}

/** Basic building blocks of a signature or counter-signature. */
export function signatureBlocks(process: Process, signature: SignatureData): BasicBlocks {
  const context = signature.parent === undefined ? 'signature' : 'counter-signature';
  const signer = signerOf(process, signature);
  const common = commonBlocks(process, signature, { context, usedAt: ms(signer?.notBefore) });
  return {
    ...common,
    format: checkSignatureFormat(process, signature, context),
    validationContext: initializeContext(process, signature, context),
    acceptance: acceptSignature(process, signature, { context, time: process.now }),
  };
}

/** The blocks in the order of the standard. */
export function blocksInOrder(blocks: BasicBlocks): BlockReport[] {
  const { format, identification, validationContext, path, verification, acceptance } = blocks;
  return [format, identification, validationContext, path, verification, acceptance].filter(
    (block) => block !== undefined,
  );
}

/** All blocks of a token together: the last one that did not pass gives the indication. */
export function tokenReport(blocks: BasicBlocks): TokenReport {
  const all = blocksInOrder(blocks);
  const failed = all.map(({ conclusion }) => conclusion).filter(({ indication }) => indication !== 'PASSED');
  const last = failed.at(-1);
  const conclusion: Conclusion = {
    indication: last?.indication ?? 'PASSED',
    ...(last?.subIndication === undefined ? {} : { subIndication: last.subIndication }),
    errors: failed.flatMap(({ errors }) => errors),
    warnings: all.flatMap((block) => block.conclusion.warnings),
    infos: all.flatMap((block) => block.conclusion.infos),
  };
  return { token: blocks.token, context: blocks.context, blocks: all, conclusion };
}
