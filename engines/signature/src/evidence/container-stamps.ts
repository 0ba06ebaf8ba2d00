import { type Evidence, type FoundTimestamp, joinMaterial } from './model.ts';
import { materialOfTokens } from './token.ts';

/** Evidence of a signature with the time-stamps over the file that holds it: each covers everything in the signature. */
export function withContainerStamps(evidence: Evidence, stamps: readonly FoundTimestamp[] = []): Evidence {
  if (stamps.length === 0) return evidence;
  const material = joinMaterial(evidence.material);
  const inside = evidence.timestamps.map(({ token }) => token);
  const whole = stamps.map((one): FoundTimestamp => {
    const { covers } = one;
    return { ...one, covers: { ...covers, material, timestamps: [...inside, ...covers.timestamps] } };
  });
  // What stands in the tokens of a record is found with the record.
  const direct = stamps.filter(({ kind }) => kind !== 'record').map(({ token }) => token);
  const tokens = { origin: 'time-stamp-token' as const, ...materialOfTokens(direct) };
  return { ...evidence, timestamps: [...evidence.timestamps, ...whole], material: [...evidence.material, tokens] };
}
