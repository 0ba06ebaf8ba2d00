import {
  type CertificateProfile,
  checkCertificationRequest,
  inspectPublicKey,
  parseCertificate,
  parseCertificationRequest,
  verifySignature,
} from '@tra/pki';
import { checkOrder } from '../certificates/issue.ts';
import { sha256 } from '../certificates/record.ts';
import { type PkiCore, tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findBlockedKeys } from '../store/blocked-key-store.ts';
import type { RequestRow } from '../store/tables.ts';
import { isBareCertificate } from './fulfil.ts';

/** One thing that a machine can find out about an application. */
export interface RequestCheck {
  readonly check: 'possession' | 'key' | 'blocked' | 'profile';
  /** `indeterminate` when nothing here shows it: the issuing key is in the ceremony of an offline root, or a renewal keeps its key. */
  readonly status: 'passed' | 'failed' | 'indeterminate';
}

/**
 * What holds of an application now, looked at anew each time: a key may have been blocked and an authority suspended since it was handed in.
 * Empty for applications that ask for no certificate.
 */
export async function checksOf(core: PkiCore, row: RequestRow): Promise<readonly RequestCheck[]> {
  const { material } = row;
  if (!material || (row.kind !== 'certificate' && row.kind !== 'subordinate' && row.kind !== 'cross')) return [];
  const { publicKey, possession } = readMaterial(row, material);
  const blocked = await findBlockedKeys(tablesOf(core), [sha256(publicKey)]);
  return [
    { check: 'possession', status: possession },
    { check: 'key', status: verdict(inspectPublicKey(publicKey).faults.length === 0) },
    { check: 'blocked', status: verdict(blocked.length === 0) },
    { check: 'profile', status: await profileStatus(core, row, publicKey) },
  ];
}

function verdict(good: boolean): RequestCheck['status'] {
  return good ? 'passed' : 'failed';
}

interface Material {
  readonly publicKey: Uint8Array;
  readonly possession: RequestCheck['status'];
}

function readMaterial(row: RequestRow, material: Uint8Array): Material {
  // A renewal with the same key brings no new proof: the key's holder proved possession for the certificate that is renewed.
  if (isBareCertificate(row)) return { publicKey: parseCertificate(material).publicKey, possession: 'indeterminate' };
  if (row.kind === 'cross') {
    const { publicKey, signatureAlgorithm, signature, signedBytes } = parseCertificate(material);
    return { publicKey, possession: verdict(verifySignature(signatureAlgorithm, publicKey, signedBytes, signature)) };
  }
  const request = parseCertificationRequest(material);
  const checks = checkCertificationRequest(request, { profile: row.profile as CertificateProfile });
  return {
    publicKey: request.publicKey,
    possession: verdict(checks.some(({ code, status }) => code === 'pki.csr_possession_ok' && status === 'passed')),
  };
}

async function profileStatus(core: PkiCore, row: RequestRow, publicKey: Uint8Array): Promise<RequestCheck['status']> {
  const authority = await core.authorities.certified(row.authority).catch(notThere);
  if (!authority || authority.keyLabel === undefined || authority.state !== 'active') return 'indeterminate';
  const subject =
    row.kind === 'cross' && row.material ? parseCertificate(row.material).subject.der : (row.subject ?? {});
  const names = { alternativeNames: row.alternative_names ?? [], details: row.details };
  try {
    await checkOrder(core, { authority, profile: row.profile as CertificateProfile, subject, publicKey, ...names });
    return 'passed';
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code !== 'string') throw error;
    return code.startsWith('pki.') ? 'failed' : 'indeterminate';
  }
}

function notThere(error: unknown): undefined {
  if (error instanceof PkiSystemError) return undefined;
  throw error;
}
