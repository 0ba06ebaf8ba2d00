import type { CertificateData } from '../diagnostic/certificate.ts';
import type { RevocationData } from '../diagnostic/revocation.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TokenId } from '../diagnostic/token.ts';
import type { Block } from './block.ts';
import {
  certificateAlgorithms,
  certificatePart,
  chainOf,
  isAnchorAt,
  type Process,
  signerOf,
  type TokenContext,
  tokenAlgorithms,
} from './context.ts';
import { checkAlgorithms, useOf } from './cryptographic.ts';

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
  const place = { process, block, context };
  const signer = signerOf(process, signature);
  if (!block.open || !signer || signer.trusted) return;
  checkChainNow(place, chainOf(process, signature), signer.id);
  const seen = new Set<TokenId>();
  for (const data of revocations) {
    if (seen.has(data.id)) continue;
    seen.add(data.id);
    const catalogue = tokenAlgorithms(process, 'revocation');
    checkAlgorithms(block, useOf(data.signature), { part: 'revocation', time: process.now, catalogue, token: data.id });
    const revocationPlace: Place = { process, block, context: 'revocation' };
    checkChainNow(revocationPlace, chainOf(process, data), data.signingCertificate?.certificate);
  }
}

function checkChainNow(
  { process, block, context }: Place,
  chain: readonly CertificateData[],
  signer: TokenId | undefined,
): void {
  for (const certificate of chain) {
    const role = certificate.id === signer ? 'signing' : 'ca';
    if (isAnchorAt(certificate, process.now, certificatePart(process, context, role).sunsetDate)) return;
    const catalogue = certificateAlgorithms(process, context, role);
    checkAlgorithms(block, useOf(certificate.signature), {
      part: 'certificate',
      time: process.now,
      catalogue,
      token: certificate.id,
    });
  }
}
