import { contextConstructedTag, der } from '@tra/asn1';
import { TimestampError } from './errors.ts';
import { IMPRINT_ALGORITHMS, type ImprintAlgorithm, isStampable } from './imprint.ts';
import { type Accuracy, encodeAccuracy, QUALIFIED } from './tst-info.ts';

/** What holds for the tokens of one policy. */
export interface PolicyRules {
  /** The policy's OID, in every token. */
  readonly oid: string;
  /** Declared in every token; one second unless told. */
  readonly accuracy?: Accuracy;
  /**
   * Declares that tokens can be put in order by their time alone. The authority then makes each time later than the one before, by
   * microseconds where it must: true only while one process issues under this policy, on a clock that is not set back between two runs.
   */
  readonly ordering?: boolean;
  /** Digests that are stamped; all of {@link IMPRINT_ALGORITHMS} unless told. */
  readonly imprints?: readonly ImprintAlgorithm[];
  /** States in every token that it is a qualified one (ETSI EN 319 422 clause 9.1, esi4-qtstStatement-1). */
  readonly qualified?: boolean;
  /** OIDs of request extensions that are accepted and have no effect; every other one is refused. */
  readonly acceptedExtensions?: readonly string[];
}

/** A policy with the parts of its tokens that never change. */
export interface CompiledPolicy {
  readonly oid: string;
  readonly ordering: boolean;
  readonly imprints: ReadonlySet<string>;
  readonly acceptedExtensions: ReadonlySet<string>;
  /** Milliseconds by which genTime may be wrong, as declared. */
  readonly accuracyMs: number;
  /** version and policy. */
  readonly head: Uint8Array;
  /** accuracy and ordering. */
  readonly middle: Uint8Array;
  /** extensions. */
  readonly tail: Uint8Array;
}

const none: Uint8Array = new Uint8Array(0);

/** Checks and prepares a policy. Throws {@link TimestampError} `timestamp.policy_invalid`, and `Asn1Error` for what is no OID. */
export function compilePolicy(rules: PolicyRules): CompiledPolicy {
  const { oid, accuracy = { seconds: 1 }, ordering = false, imprints = IMPRINT_ALGORITHMS, qualified = false } = rules;
  const accuracyMs = accuracyOf(accuracy);
  const refuse = (reason: string): never => {
    throw new TimestampError('timestamp.policy_invalid', { params: { policy: oid, reason } });
  };
  if (Number.isNaN(accuracyMs)) refuse('accuracy');
  if (imprints.length === 0 || !imprints.every(isStampable)) refuse('imprints');
  // ETSI EN 319 422 clause 5.2.1: one second or better.
  if (qualified && accuracyMs > 1000) refuse('accuracy');
  const statement = der.sequence(der.sequence(der.oid(QUALIFIED.statement)));
  const extension = der.sequence(der.oid(QUALIFIED.extension), der.octetString(statement));
  return {
    oid,
    ordering,
    imprints: new Set(imprints),
    acceptedExtensions: new Set(rules.acceptedExtensions ?? []),
    accuracyMs,
    head: Uint8Array.from([...der.integer(1), ...der.oid(oid)]),
    middle: Uint8Array.from([...encodeAccuracy(accuracy), ...(ordering ? der.boolean(true) : none)]),
    tail: qualified ? der.element(contextConstructedTag(1), extension) : none,
  };
}

/** Milliseconds, or NaN when a part is out of its range (RFC 3161 section 2.4.2) or nothing is declared. */
function accuracyOf({ seconds = 0, millis, micros }: Accuracy): number {
  const part = (value: number | undefined): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= 999);
  const total = seconds * 1000 + (millis ?? 0) + (micros ?? 0) / 1000;
  return Number.isInteger(seconds) && seconds >= 0 && part(millis) && part(micros) && total > 0 ? total : Number.NaN;
}
