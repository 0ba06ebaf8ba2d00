import type { RevocationData } from '../diagnostic/revocation.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TokenId } from '../diagnostic/token.ts';
import type { Block } from './block.ts';
import { certificatePart, isAnchorAt, type Process, signerOf, type TokenContext } from './context.ts';
import { checkPathAlgorithms, checkRevocationAlgorithms } from './obsolescence.ts';

interface Place {
  readonly process: Process;
  readonly block: Block;
  readonly context: TokenContext;
}

/** Clause 5.5.4 step 10: certificates and revocations use algorithms that are reliable now. */
export function checkReliableNow(
  { process, block, context }: Place,
  signature: SignatureData,
  revocations: Iterable<RevocationData>,
): void {
  const signer = signerOf(process, signature);
  if (!block.open || !signer) return;
  const { sunsetDate } = certificatePart(process, context, 'signing');
  if (!isAnchorAt(signer, process.now, sunsetDate))
    checkPathAlgorithms(block, process, signature, { context, time: process.now });
  const seen = new Set<TokenId>();
  for (const data of revocations) {
    if (seen.has(data.id)) continue;
    seen.add(data.id);
    checkRevocationAlgorithms(block, process, data, process.now);
  }
}
