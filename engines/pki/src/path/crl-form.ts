import { boundsAt, childrenOf, readDer, TAG } from '@tra/asn1';
import type { Crl } from '../crl/parse-crl.ts';

/**
 * Why a CRL does not keep the rules for those who issue CRLs beyond what makes it unreadable (RFC 5280 sections 5.2.1 and 5.2.3), or
 * undefined: it has a number, names its issuer's key, and holds no entry twice.
 */
export function crlFormProblem(crl: Crl): string | undefined {
  if (crl.numberHex === undefined) return 'no_number';
  if (crl.authorityKeyId?.keyIdHex === undefined) return 'no_key_id';
  // Serial numbers are unique by issuer only, and an indirect CRL has several.
  return crl.size > 1 && !crl.issuingDistributionPoint?.indirect && hasRepeats(crl) ? 'entry_twice' : undefined;
}

function hasRepeats(crl: Crl): boolean {
  const fields = childrenOf(readDer(crl.signedBytes, { maxBytes: crl.signedBytes.length }));
  const isTime = ({ tag }: { readonly tag: number }): boolean => tag === TAG.utcTime || tag === TAG.generalizedTime;
  const list = fields.slice(fields.findLastIndex(isTime) + 1).find(({ tag }) => tag === TAG.sequence);
  const bytes = list?.content ?? new Uint8Array(0);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const serials = new Set<string>();
  for (let offset = 0; offset < bytes.length; ) {
    const entry = boundsAt(bytes, offset, bytes.length);
    const serial = boundsAt(bytes, entry.contentStart, entry.end);
    serials.add(view.toString('latin1', serial.contentStart, serial.end));
    offset = entry.end;
  }
  return serials.size < crl.size;
}
