import { type Certificate, type Check, recentCertificate } from '@tra/pki';
import { evidenceChecks } from '../evidence/checks.ts';
import { joinMaterial } from '../evidence/model.ts';
import { withPolicyDocument } from '../evidence/policy-document.ts';
import { digestOver, type SignedFacts, type SignerFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import { methodName } from '../method-names.ts';
import type { FindContext, SignatureSubject } from '../subject.ts';
import { isKeylessJws, jwsAlgorithmOf, verifyJws } from './algorithms.ts';
import { counterSubjects } from './counter.ts';
import { jadesEvidence } from './evidence.ts';
import { bindingOf, chainOf, claimedTimeOf, headerProblem } from './header.ts';
import { JsonError } from './json.ts';
import { jadesLevelFacts } from './level.ts';
import { type Payload, payloadOf } from './payload.ts';
import { type Jws, type JwsSignature, readJws, signingInput } from './read.ts';
import { headerFindings } from './structure.ts';

/** The signatures of a JWS, or why it cannot be read. */
export interface JwsSubjects {
  readonly subjects: readonly SignatureSubject[];
  readonly count: number;
  readonly problem?: Check;
}

/**
 * Format checking and cryptography of a JWS or JAdES signature (RFC 7515, ETSI TS 119 182-1), as subjects of the process. Algorithms `none` and HMAC
 * are not known here; keys come from certificates only, never from `jwk`, `jku` or `x5u`.
 */
export function jwsSubjects(bytes: Uint8Array, context: FindContext): JwsSubjects {
  try {
    const jws = readJws(bytes);
    if (!jws) return { subjects: [], count: 0 };
    const subjects = jws.signatures
      .slice(0, context.limit)
      .map((signature, index) => subjectOf(jws, signature, { ...context, id: `S${index + 1}` }));
    const outer = jws.signatures
      .slice(0, context.limit)
      .map((signature, index) => ({ signature, id: `S${index + 1}` }));
    const found = counterSubjects(outer, ({ id, jws: inner, signature, value }) =>
      subjectOf(inner, signature, { ...context, detached: [{ bytes: value }], hashed: [], id }),
    );
    const counters = found.subjects.slice(0, Math.max(0, context.limit - subjects.length));
    const count = jws.signatures.length + found.subjects.length + found.left;
    return { subjects: [...subjects, ...counters], count };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { subjects: [], count: 0, problem: finding('signature.document_unreadable', { reason: error.message }) };
  }
}

function subjectOf(
  jws: Jws,
  signature: JwsSignature,
  context: FindContext & { readonly id: string },
): SignatureSubject {
  const { id } = context;
  const problem = headerProblem(signature);
  const format = problem
    ? [finding('signature.signature_malformed', { reason: problem })]
    : headerFindings(signature, jws);
  const facts = factsOf(jws, signature, context);
  const isJades = facts.signers.some(({ binding, claimedTime }) => binding === 'bound' && claimedTime !== undefined);
  return { id, kind: 'signature', form: isJades ? 'jades' : 'jws', cms: new Uint8Array(), facts, format };
}

function factsOf(jws: Jws, signature: JwsSignature, context: FindContext): SignedFacts {
  const { certificates: more, detached } = context;
  const chain = chainOf(signature);
  const payload: Payload = readable(() => payloadOf(jws, signature, context)) ?? { hash: 'differs', references: [] };
  const stamped =
    payload.stamped ??
    (payload.hash === 'by value' && payload.octets && !payload.isPerhapsElsewhere ? [payload.octets] : undefined);
  const evidence = withPolicyDocument(jadesEvidence(signature, stamped), detached);
  const unsigned = joinMaterial(evidence.material);
  const candidates = [...chain, ...unsigned.certificates, ...more].slice(0, 256).flatMap(certificateOf);
  const bound = candidates.filter((one) => bindingOf(signature, one) === 'bound');
  const ordered = [...bound, ...candidates.filter((one) => !bound.includes(one))].slice(0, 8);
  const [presumed] = bound;
  const signer = signerFacts(signature, payload, { candidates: ordered, ...(presumed ? { presumed } : {}) });
  return {
    signers: [
      {
        ...signer,
        timestamps: evidence.timestamps.filter(({ kind }) => kind === 'signature'),
        evidence,
        levels: jadesLevelFacts(signature, signer.certificate, evidence),
        evidenceChecks: evidenceChecks(evidence),
      },
    ],
    certificates: [...chain, ...unsigned.certificates],
    crls: unsigned.crls,
    ocspResponses: unsigned.ocspResponses,
  };
}

function signerFacts(
  signature: JwsSignature,
  payload: Payload,
  { candidates, presumed }: { readonly candidates: readonly Certificate[]; readonly presumed?: Certificate },
): Omit<SignerFacts, 'timestamps'> {
  const { header, protectedText } = signature;
  const algorithm = jwsAlgorithmOf(header.alg);
  const forms = [payload.octets, payload.earlier].flatMap((octets) =>
    octets ? [signingInput(protectedText, octets)] : [],
  );
  const [data] = forms;
  const verifiesForm = ({ publicKey }: Certificate, form: Uint8Array): boolean =>
    algorithm !== undefined && verifyJws(algorithm, publicKey, form, signature.signature);
  const verifies = (one: Certificate): boolean => forms.some((form) => verifiesForm(one, form));
  const found = candidates.find(verifies);
  const signed = found ? forms.find((form) => verifiesForm(found, form)) : data;
  const certificate = found ?? presumed;
  const claimed = claimedTimeOf(header);
  // Not signed over nothing: then it was over something that is not at hand, as a value that is broken would look as well.
  const isElsewhere = payload.isPerhapsElsewhere && !found;
  const byValue = found ? 'matches' : data && !isElsewhere ? 'unknown' : 'content_missing';
  return {
    digest: algorithm?.digest ?? (algorithm ? 'sha512' : '?'),
    ...(certificate ? { certificate } : {}),
    binding: certificate ? bindingOf(signature, certificate) : 'absent',
    hash: payload.hash === 'by value' ? byValue : payload.hash,
    value: isKeylessJws(header.alg)
      ? 'algorithm_keyless'
      : valueState(algorithm !== undefined, data !== undefined && !isElsewhere, { found, certificate }),
    method: methodName(typeof header.alg === 'string' ? header.alg : '?'),
    ...(signed && algorithm ? { toBeSigned: digestOver(algorithm.digest ?? 'sha512', signed) } : {}),
    signatureValue: signature.signature,
    ...(claimed ? { claimedTime: claimed } : {}),
    references:
      payload.isPerhapsElsewhere && found
        ? [...payload.references, finding('signature.content_empty')]
        : payload.references,
  };
}

function valueState(
  isKnown: boolean,
  isComplete: boolean,
  { certificate, found }: { readonly certificate: Certificate | undefined; readonly found: Certificate | undefined },
): SignerFacts['value'] {
  if (!isKnown) return 'algorithm_unsupported';
  if (found) return 'valid';
  return certificate && isComplete ? 'invalid' : 'unverifiable';
}

function certificateOf(bytes: Uint8Array): readonly Certificate[] {
  try {
    return [recentCertificate(bytes)];
  } catch {
    return [];
  }
}

function readable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return undefined;
  }
}
