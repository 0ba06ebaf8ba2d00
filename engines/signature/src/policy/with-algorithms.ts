import type { AlgorithmCatalogue } from './algorithms.ts';
import type { BasicPart, CertificatePart, ProcessPolicy, SignaturePart } from './policy.ts';

/** Part of a policy that may set levels of its own for algorithms. */
type Leveled = { readonly algorithms?: unknown };

function bare<Part extends Leveled>({ algorithms: _, ...rest }: Part): Omit<Part, 'algorithms'> {
  return rest;
}

const certificate = (part: CertificatePart | undefined): CertificatePart | undefined => part && bare(part);

function basic(part: BasicPart): BasicPart {
  const signingCertificate = certificate(part.signingCertificate);
  const caCertificate = certificate(part.caCertificate);
  return {
    ...bare(part),
    ...(signingCertificate ? { signingCertificate } : {}),
    ...(caCertificate ? { caCertificate } : {}),
  };
}

const withBasic = <Part extends { readonly basic?: BasicPart }>(part: Part): Part =>
  part.basic ? { ...part, basic: basic(part.basic) } : part;

/**
 * The policy with another catalogue of algorithms, such as a cryptographic suite of ETSI TS 119 322, in the place of its own: everywhere, with
 * the levels of the catalogue. What parts of the policy said about algorithms went with the catalogue that they were written for.
 *
 * @example
 * const judged = withAlgorithms(readConstraintXml(bytes).policy, readCryptoSuiteXml(suite).algorithms);
 */
export function withAlgorithms(policy: ProcessPolicy, algorithms: AlgorithmCatalogue): ProcessPolicy {
  const { signature, counterSignature, timestamp, revocation, evidenceRecord } = policy;
  const signed = (part: SignaturePart): SignaturePart => withBasic(part);
  return {
    ...policy,
    ...(signature ? { signature: signed(signature) } : {}),
    ...(counterSignature ? { counterSignature: signed(counterSignature) } : {}),
    ...(timestamp ? { timestamp: withBasic(timestamp) } : {}),
    ...(revocation ? { revocation: withBasic(revocation) } : {}),
    ...(evidenceRecord ? { evidenceRecord: bare(evidenceRecord) } : {}),
    algorithms,
  };
}
