import { utf8Encode } from '@tra/kernel';
import { finding } from '../findings.ts';
import type { SignatureSubject } from '../subject.ts';
import { unsignedMembers } from './evidence.ts';
import { type Json, JsonError } from './json.ts';
import { type Jws, type JwsSignature, readJws } from './read.ts';

/** A signature of which the countersignatures are looked for, by the name of its subject. */
export interface CounterSigned {
  readonly signature: JwsSignature;
  readonly id: string;
}

/** Judges one signature over octets that it must sign. */
export type CounterJudge = (one: CounterInput) => SignatureSubject;

/** A countersignature as read, with what it must sign. */
export interface CounterInput {
  readonly jws: Jws;
  readonly signature: JwsSignature;
  readonly value: Uint8Array;
  readonly id: string;
}

const limits = { count: 64, depth: 4 } as const;

/**
 * Countersignatures in `cSig` members and in each other (ETSI TS 119 182-1 clause 5.3.2): each signs the value of the signature that it stands in. `left` are
 * those that nobody looked at: too many, or too far down.
 */
export function counterSubjects(
  outer: readonly CounterSigned[],
  judge: CounterJudge,
): { readonly subjects: readonly SignatureSubject[]; readonly left: number } {
  const subjects: SignatureSubject[] = [];
  let left = 0;
  let level = outer;
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: CounterSigned[] = [];
    for (const { id: over, signature } of level) {
      for (const member of unsignedMembers(signature).filter(({ name }) => name === 'cSig')) {
        if (depth >= limits.depth || subjects.length >= limits.count) {
          left += 1;
          continue;
        }
        const id = `S${outer.length + subjects.length + 1}`;
        const inner = readCounter(member.value);
        if (inner) below.push({ id, signature: inner.signature });
        const subject = inner ? holding(inner, signature, { id, judge }) : broken(id);
        subjects.push({ ...subject, id, counterSigns: over });
      }
    }
    level = below;
  }
  return { subjects, left };
}

/** One signature, compact or in JSON; undefined when it cannot be read or there are several. */
function readCounter(value: Json): { readonly jws: Jws; readonly signature: JwsSignature } | undefined {
  try {
    const jws = readJws(utf8Encode(typeof value === 'string' ? value : JSON.stringify(value)));
    const [signature, second] = jws?.signatures ?? [];
    return jws && signature && !second ? { jws, signature } : undefined;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return undefined;
  }
}

/**
 * The value is octets that stand in base64url; as a payload the octets or that text may be meant. Either binds the same signature. A payload of its own, or
 * `sigD`, would let it sign something else.
 */
function holding(
  { jws, signature }: { readonly jws: Jws; readonly signature: JwsSignature },
  { signature: value, signatureText }: JwsSignature,
  { id, judge }: { readonly id: string; readonly judge: CounterJudge },
): SignatureSubject {
  const forms = [value, utf8Encode(signatureText)];
  const isElsewhere = Object.hasOwn(signature.header, 'sigD') || !forms.some((form) => isPayload(jws, signature, form));
  const { payload: _, ...detached } = jws;
  const judged = forms.map((form) => judge({ jws: detached, signature, value: form, id }));
  const subject = judged.find(({ facts }) => facts?.signers[0]?.hash === 'matches') ?? (judged[0] as SignatureSubject);
  if (!isElsewhere) return subject;
  return { ...subject, format: [...subject.format, finding('signature.counter_signature_misplaced')] };
}

function isPayload({ payload }: Jws, { header }: JwsSignature, form: Uint8Array): boolean {
  if (!payload) return true;
  return payload === Buffer.from(form).toString(header.b64 === false ? 'utf8' : 'base64url');
}

function broken(id: string): SignatureSubject {
  const problem = finding('signature.signature_malformed', { reason: 'cSig' });
  return { id, kind: 'signature', form: 'jws', cms: new Uint8Array(), format: [problem] };
}
