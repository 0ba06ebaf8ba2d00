import { toBase64 } from '@tra/kernel';
import { useState } from 'react';
import type { TextKey } from '../../i18n/texts.ts';
import { hashFile } from '../hash-file.ts';
import { derOf, UnreadablePkiFile } from '../pki/pki-file.ts';
import { type DigestName, type TokenReport, timestamp } from './api.ts';
import { type GivenFile, type ProofFile, readGiven } from './token-file.ts';

/** What is wrong with the files that were given. */
export interface QuestionFault {
  readonly field: 'data' | 'token' | 'proof' | 'trust';
  readonly code: TextKey;
}

/** How it is asked. */
export interface AskOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
}

/** The files of somebody who wants to verify, and what is asked with them. */
export interface Question {
  readonly data: File | undefined;
  readonly token: File | undefined;
  readonly proof: File | undefined;
  readonly trust: File | undefined;
  readonly fault: QuestionFault | undefined;
  setData(file: File | undefined): void;
  setToken(file: File | undefined): void;
  setProof(file: File | undefined): void;
  setTrust(file: File | undefined): void;
  /** Whether it can be asked; if not, `fault` says why. */
  check(): boolean;
  /** Rejects with `AbortError` when it was cancelled. */
  ask(options: AskOptions): Promise<TokenReport | undefined>;
}

const algorithms: readonly string[] = ['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'];

export function useQuestion(): Question {
  const [data, setData] = useState<File>();
  const [token, setToken] = useState<File>();
  const [proof, setProof] = useState<File>();
  const [trust, setTrust] = useState<File>();
  const [fault, setFault] = useState<QuestionFault>();
  const fail = (field: QuestionFault['field'], code: TextKey): undefined => setFault({ field, code }) as undefined;
  const setting = (set: (file: File | undefined) => void) => (file: File | undefined) => {
    setFault(undefined);
    set(file);
  };
  const check = (): boolean => {
    // Of a stamp alone it can be told what it states, though not of which file.
    if (!data && !token) fail('data', 'stampcheck.data_missing');
    else if (!token) fail('token', 'stampcheck.token_missing');
    else {
      setFault(undefined);
      return true;
    }
    return false;
  };
  const ask = async (options: AskOptions): Promise<TokenReport | undefined> => {
    if (!token) return undefined;
    const given = await readGiven(token);
    if (given.kind !== 'token') return fail('token', wrongToken(given));
    const place = proof && (await readGiven(proof));
    if (place && place.kind !== 'proof') return fail('proof', 'stampcheck.proof_wrong');
    const anchors = trust && (await readCertificate(trust));
    if (trust && !anchors) return fail('trust', 'stampcheck.trust_wrong');
    return await judge({
      ...{ ...options, data, token: given.token },
      ...(place ? { proof: place.proof } : {}),
      ...(anchors ? { trust: [anchors] } : {}),
    });
  };
  return {
    ...{ data, token, proof, trust, fault, check, ask },
    ...{ setData: setting(setData), setToken: setting(setToken) },
    ...{ setProof: setting(setProof), setTrust: setting(setTrust) },
  };
}

function wrongToken({ kind }: GivenFile): TextKey {
  return kind === 'proof' ? 'stampcheck.token_is_proof' : 'stampcheck.token_wrong';
}

async function readCertificate(file: File): Promise<string | undefined> {
  try {
    return toBase64(derOf(new Uint8Array(await file.arrayBuffer()), ['CERTIFICATE', 'X509 CERTIFICATE']));
  } catch (cause) {
    if (cause instanceof UnreadablePkiFile) return undefined;
    throw cause;
  }
}

interface Judged extends AskOptions {
  readonly data: File | undefined;
  readonly token: string;
  readonly proof?: ProofFile;
  readonly trust?: readonly string[];
}

/** Asks first how the token was hashed, then hashes the file so, and has both judged. */
async function judge({ data, token, proof, trust, signal, onProgress }: Judged): Promise<TokenReport> {
  const more = trust ? { trust } : {};
  if (!data) return await timestamp.verify({ token, ...more }, signal);
  let algorithm: string | undefined = proof?.algorithm;
  if (algorithm === undefined) {
    const first = await timestamp.verify({ token, ...more }, signal);
    algorithm = first.token?.algorithm;
    if (algorithm === undefined || !algorithms.includes(algorithm)) return first;
  }
  const name = algorithm as DigestName;
  const digest = await hashFile(data, name, {
    signal,
    onProgress: (read) => onProgress(read / Math.max(1, data.size)),
  });
  const place = proof && { index: proof.index, size: proof.size, path: proof.path };
  return await timestamp.verify(
    { token, digest: { algorithm: name, digest }, ...(place ? { proof: place } : {}), ...more },
    signal,
  );
}
