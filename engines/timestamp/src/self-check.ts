import { CONTENT_TYPE, parseSignedData, verifySignedData } from '@tra/cms';
import { equalBytes } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import type { IssuedToken } from './authority.ts';
import { TimestampError } from './errors.ts';

/**
 * How far an authority trusts its own signatures. `every`: each token is read again and its signature verified before it leaves, which
 * costs more than signing with ECDSA and little with RSA. `sampled`: the first token of each unit and one in every second. `off`: none.
 */
export type SelfCheck = 'every' | 'sampled' | 'off';

/** Checks tokens of one unit before they leave. */
export interface SelfChecker {
  /** Throws {@link TimestampError} `timestamp.self_check_failed`, and from then on for every token: such a key is not to be used. */
  check(issued: Pick<IssuedToken, 'token' | 'info'>, now: number): void;
  /** Throws the same when a token was wrong before. */
  requireSound(): void;
}

const samplePause = 1000;

/** A checker for the tokens of `certificate`. */
export function createSelfChecker(mode: SelfCheck, certificate: Certificate): SelfChecker {
  let last = Number.NEGATIVE_INFINITY;
  let sound = true;
  const requireSound = (): void => {
    if (!sound) throw new TimestampError('timestamp.self_check_failed');
  };
  return {
    requireSound,
    check: (issued, now) => {
      if (mode === 'off' || (mode === 'sampled' && Math.abs(now - last) < samplePause)) return;
      last = now;
      if (!isSound(issued, certificate)) sound = false;
      requireSound();
    },
  };
}

/** Whether `token` can be read again, holds `info`, and verifies with the unit's certificate alone. */
function isSound({ token, info }: Pick<IssuedToken, 'token' | 'info'>, certificate: Certificate): boolean {
  try {
    const signedData = parseSignedData(token);
    const right = signedData.contentType === CONTENT_TYPE.tstInfo && signedData.content !== undefined;
    if (!right || !equalBytes(signedData.content ?? new Uint8Array(0), info)) return false;
    const [signer, ...others] = verifySignedData(signedData, () => undefined, [certificate.der]);
    return signer?.verdict === 'passed' && others.length === 0 && signer.essCertificate === 'match';
  } catch {
    return false;
  }
}
