import { der } from '@tra/asn1';
import { equalBytes, type Signer } from '@tra/kernel';
import {
  buildCrl,
  type CrlEntry,
  type CrlRequest,
  PkiError,
  parseCrl,
  signatureAlgorithmIdentifier,
  verifySignature,
} from '@tra/pki';

/** A revocation list that is complete but not signed. */
export interface PreparedCrl {
  /** tbsCertList: exactly the bytes that will be signed. */
  readonly tbs: Uint8Array;
  readonly entries: number;
}

/** Makes everything of a CRL but its signature, without touching a key. Rejects like `buildCrl`. */
export async function prepareCrl(
  request: Omit<CrlRequest, 'signer'> & { readonly signer: Pick<Signer, 'algorithm' | 'publicKey'> },
): Promise<PreparedCrl> {
  const { algorithm, publicKey } = request.signer;
  let tbs = new Uint8Array(0);
  const sign = async (data: Uint8Array): Promise<Uint8Array> => {
    tbs = new Uint8Array(data);
    return new Uint8Array(64);
  };
  const crl = await buildCrl({ ...request, signer: { algorithm, publicKey, sign } });
  return { tbs, entries: parseCrl(crl).size };
}

/** Signs a prepared CRL; the signature is verified before it is given out. Rejects with `pki.request_invalid`. */
export async function signCrl(tbs: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const algorithm = signatureAlgorithmIdentifier(signer.algorithm);
  const signature = await signer.sign(tbs);
  const crl = der.sequence(tbs, algorithm, der.bitString(signature));
  const read = parseCrl(crl);
  const right = equalBytes(read.signedBytes, tbs) && verifySignature(algorithm, signer.publicKey, tbs, read.signature);
  if (!right) throw new PkiError('pki.request_invalid', { params: { reason: 'signature' } });
  return crl;
}

/** Entries of a CRL that came before, and new ones; nothing that was revoked for good is ever left out or changed. */
export function continued(previous: Uint8Array | undefined, added: readonly CrlEntry[]): readonly CrlEntry[] {
  const kept = previous
    ? [...parseCrl(previous).entries()].map(({ serialHex, date, reason, invalidityDate }): CrlEntry => {
        const base = { serialHex, date, ...(reason ? { reason } : {}) };
        return invalidityDate ? { ...base, invalidityDate } : base;
      })
    : [];
  const final = new Set(kept.filter(({ reason }) => reason !== 'certificateHold').map(({ serialHex }) => serialHex));
  const fresh = added.filter(({ serialHex }) => !final.has(serialHex));
  const replaced = new Set(fresh.map(({ serialHex }) => serialHex));
  return [...kept.filter(({ serialHex }) => !replaced.has(serialHex)), ...fresh];
}
