import { type CmsContent, type CounterFacts, readCms, readCounterSignatures } from '../cms-facts.ts';
import { imprintOf } from '../evidence-record/imprint.ts';
import type { CmsFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { FindContext, SignatureSubject } from '../subject.ts';

/** The signatures of a CMS, or the one time-stamp that it is. */
export interface CmsSubjects {
  readonly isTimestampToken: boolean;
  /** At most as many as the limit. */
  readonly subjects: readonly SignatureSubject[];
  readonly count: number;
}

/** Finds the signers of a CMS, each with the content that it signed, and the signatures that counter-sign them; undefined when the bytes are none. */
export function cmsSubjects(bytes: Uint8Array, context: FindContext): CmsSubjects | undefined {
  const candidates = candidatesOf(bytes, context);
  const [first] = candidates;
  const cms = first?.facts();
  if (!cms) return undefined;
  if (cms.isTimestampToken) return { isTimestampToken: true, subjects: [tokenSubject(bytes, context)], count: 1 };
  const { limit, certificates } = context;
  const count = Math.max(1, cms.signers.length);
  const judged = Math.min(count, limit);
  const subjects = Array.from({ length: judged }, (_, index) => cmsSubject(bytes, index, candidates));
  const { counters, left } = readCounterSignatures(cms, certificates);
  const countering = counters.map((one, index) => counterSubject(one, { index, cms, cadesBytes: bytes }));
  return {
    isTimestampToken: false,
    subjects: [...subjects, ...countering.slice(0, Math.max(0, limit - judged))],
    count: count + counters.length + left,
  };
}

function tokenSubject(bytes: Uint8Array, { detached, hashed = [] }: FindContext): SignatureSubject {
  const base = { id: 'S1', kind: 'timestamp', form: 'timestamp-token', cms: bytes, format: [] } as const;
  const content = detached[0]?.bytes;
  if (content) return { ...base, content: [content] };
  const imprint = imprintOf(bytes);
  const value = imprint && hashed[0]?.digests[imprint.digest];
  return value ? { ...base, stamps: [{ token: bytes, data: [], digest: { algorithm: imprint.digest, value } }] } : base;
}

/** Content that may be the signed one, with what the CMS shows about it. */
interface Candidate {
  readonly held: CmsContent;
  readonly facts: () => CmsFacts | undefined;
}

/** What is given beside the CMS, else what is inside. Each is read when it is asked for, and once. */
function candidatesOf(bytes: Uint8Array, { certificates, detached, hashed = [] }: FindContext): readonly Candidate[] {
  const given: readonly CmsContent[] = [
    ...detached.map((part) => ({ content: [part.bytes] })),
    ...hashed.map(({ digests }) => ({ contentDigests: digests })),
  ];
  return (given.length > 0 ? given : [{}]).map((held): Candidate => {
    let read: { readonly facts: CmsFacts | undefined } | undefined;
    return {
      held,
      facts: () => {
        read ??= { facts: readCms(bytes, { ...held, certificates, documents: detached }) };
        return read.facts;
      },
    };
  });
}

/** The content that the signer signed is taken, else the first that was given: then the report says that it differs. */
function cmsSubject(bytes: Uint8Array, signer: number, candidates: readonly Candidate[]): SignatureSubject {
  const base = { id: `S${signer + 1}`, kind: 'signature', form: 'cades', cms: bytes, format: [], signer } as const;
  const found = candidates.find((one) => one.facts()?.signers[signer]?.hash === 'matches') ?? candidates[0];
  const facts = found?.facts();
  return { ...base, ...found?.held, ...(facts ? { facts } : {}) };
}

/** A countersignature as a subject of its own; they are numbered after the signatures, those further down last. */
export function counterSubject(
  { facts, over }: CounterFacts,
  { cadesBytes, cms, index }: { readonly cadesBytes: Uint8Array; readonly cms: CmsFacts; readonly index: number },
): SignatureSubject {
  const base = {
    id: `S${cms.signers.length + index + 1}`,
    counterSigns: `S${over + 1}`,
    kind: 'signature',
    form: 'cades',
  } as const;
  if (facts) return { ...base, cms: cadesBytes, facts, format: [] };
  const problem = finding('signature.signature_malformed', { reason: 'countersignature' });
  return { ...base, cms: new Uint8Array(), format: [problem] };
}
