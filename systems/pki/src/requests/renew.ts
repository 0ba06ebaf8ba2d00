import { type CertificateProfile, type GeneralName, parseCertificate } from '@tra/pki';
import { refuseBlockedKey } from '../certificates/issue.ts';
import { acceptRequest } from '../certificates/read-request.ts';
import { sha256 } from '../certificates/record.ts';
import { nameAttributesOf } from '../certificates/subject.ts';
import { type PkiCore, tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { type CertificateKey, firstUseOfKey } from '../store/certificate-store.ts';
import { searchText } from '../store/request-store.ts';
import type { AlternativeName, RequestRow } from '../store/tables.ts';
import type { Caller } from './caller.ts';
import { certificateFor } from './status-requests.ts';
import { addRequest } from './submit.ts';

/** A wish for a certificate that follows another one. */
export interface RenewalInput extends CertificateKey {
  /** PKCS#10 for a new key, PEM; the same key is certified again when absent. */
  readonly csr?: string | undefined;
  readonly evidence: string;
}

/**
 * Asks for the renewal of an own certificate: for a new key, or for the same one while that is not older than `pki.keyYears`. Rejects with
 * `pki.not_found`, `pki.status_conflict` for a revoked one, `pki.key_too_old`, `pki.request_open`.
 */
export async function renewFor(core: PkiCore, caller: Caller, input: RenewalInput): Promise<RequestRow> {
  const row = await certificateFor(core, caller, input);
  const params = { serial: input.serialHex };
  if (row.holder !== caller.accountId || !row.certificate) throw new PkiSystemError('pki.not_found', { params });
  if (row.revoked_at) throw new PkiSystemError('pki.status_conflict', { params });
  const former = parseCertificate(row.certificate);
  const csr =
    input.csr === undefined ? undefined : await acceptRequest(core, input.csr, row.profile as CertificateProfile);
  const publicKey = csr?.publicKey ?? former.publicKey;
  await refuseBlockedKey(core, publicKey);
  await refuseOldKey(core, publicKey);
  const subject = { ...nameAttributesOf(former.subject) } as Readonly<Record<string, string>>;
  return await addRequest(core, caller, {
    kind: 'certificate',
    state: 'submitted',
    authority: row.authority,
    profile: row.profile,
    subject,
    alternative_names: former.subjectAltNames.flatMap(alternativeNameOf),
    material: csr?.der ?? former.der,
    key_sha256: sha256(publicKey),
    evidence: input.evidence,
    details: csr ? {} : { sameKey: true },
    target_serial: row.serial_hex,
    search: searchText(...Object.values(subject), row.serial_hex),
  });
}

async function refuseOldKey(core: PkiCore, publicKey: Uint8Array): Promise<void> {
  const { clock, config } = core.context;
  const first = await firstUseOfKey(tablesOf(core), sha256(publicKey));
  if (!first) return;
  const limit = new Date(first);
  limit.setUTCFullYear(limit.getUTCFullYear() + config.keyYears);
  if (clock.now() >= limit) throw new PkiSystemError('pki.key_too_old', { params: { years: config.keyYears } });
}

function alternativeNameOf(name: GeneralName): AlternativeName[] {
  switch (name.kind) {
    case 'dns':
      return [{ dns: name.value }];
    case 'email':
      return [{ email: name.value }];
    case 'uri':
      return [{ uri: name.value }];
    case 'ip':
      return [{ ip: ipText(name.bytes) }];
    default:
      return [];
  }
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  ).join(':');
}
