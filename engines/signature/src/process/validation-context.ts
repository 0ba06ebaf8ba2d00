import type { SignatureData } from '../diagnostic/signature.ts';
import { Block, type Failure, noted } from './block.ts';
import { allows, type Process, type TokenContext } from './context.ts';
import type { BlockReport } from './report.ts';

const processingError: Failure = ['INDETERMINATE', 'POLICY_PROCESSING_ERROR'];
const notAvailable: Failure = ['INDETERMINATE', 'SIGNATURE_POLICY_NOT_AVAILABLE'];

/** Validation context initialization: clause 5.2.4. The signature policy that the signer names, if any. */
export function initializeContext(process: Process, signature: SignatureData, context: TokenContext): BlockReport {
  const block = new Block('validation-context', '5.2.4', signature.id);
  const part = context === 'counter-signature' ? process.policy.counterSignature : process.policy.signature;
  const { policy } = signature;
  const rule = part?.acceptablePolicies;
  block.check('process.policy.acceptable', rule, accepts(rule?.values ?? [], policy?.id), processingError, {
    params: { policy: policy?.id ?? '-' },
  });
  if (policy && policy.id !== 'IMPLICIT_POLICY') {
    block.check('process.policy.available', part?.policyAvailable, policy.identified, notAvailable, {
      params: { policy: policy.id },
    });
    block.check('process.policy.store', part?.signaturePolicyStorePresent, policy.storePresent === true, notAvailable);
    if (policy.identified && policy.zeroHash) block.check('process.policy.zero_hash', noted, false, processingError);
    else if (policy.identified)
      block.check('process.policy.digest', part?.policyHashMatch, policy.digestMatch === true, processingError);
  }
  return block.close();
}

function accepts(values: readonly string[], id: string | undefined): boolean {
  if (id === undefined) return values.includes('NO_POLICY');
  if (id === 'IMPLICIT_POLICY') return values.includes('IMPLICIT_POLICY') || values.includes('ANY_POLICY');
  return values.includes('ANY_POLICY') || allows(values, id);
}
