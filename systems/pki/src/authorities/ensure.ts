import { type Signer, toHex } from '@tra/kernel';
import { buildCertificationRequest, issueCertificate, type NameAttributes } from '@tra/pki';
import { addressesOf } from '../certificates/addresses.ts';
import { recordSigned } from '../certificates/record.ts';
import { endOfValidity } from '../certificates/validity.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findAuthority, insertAuthority, type NewAuthority } from '../store/authority-store.ts';
import type { CertifiedAuthority } from './authority.ts';
import { isCertified, keyPurposeOf } from './registry.ts';

/** The two authorities that a platform begins with. */
export type FirstAuthority = 'root' | 'issuing';

/**
 * Finds the first authorities, making those that are missing. With an offline root, the issuing CA gets its key and its request and then
 * waits. Safe when several processes start at once: each makes a key of its own, the first row in the database decides.
 */
export async function ensureAuthorities(core: PkiCore): Promise<void> {
  const tables = tablesOf(core);
  const { root } = core.context.config;
  if (root === 'automatic' && !(await findAuthority(tables, 'issuing'))) {
    if (!(await findAuthority(tables, 'root'))) await makeCertified(core, 'root', undefined);
    core.authorities.forget();
    await makeCertified(core, 'issuing', await core.authorities.certified('root'));
  }
  if (root === 'offline' && !(await findAuthority(tables, 'issuing'))) await makeAwaiting(core);
  core.authorities.forget();
}

/** Makes sure that the key of every authority whose key is here can be had. Rejects with `pki.key_unavailable`. */
export async function checkKeys(core: PkiCore): Promise<void> {
  for (const authority of (await core.authorities.all()).filter(isCertified)) {
    if (authority.keyLabel !== undefined && authority.state !== 'retired') await core.authorities.signer(authority);
  }
}

async function makeKey(
  { context }: PkiCore,
  id: FirstAuthority,
): Promise<{ readonly label: string; readonly signer: Signer }> {
  const purpose = keyPurposeOf(id === 'root' ? 'root' : 'issuing');
  const label = `${purpose}-${toHex(context.random.bytes(6))}`;
  const { rootAlgorithm, issuingAlgorithm } = context.config;
  const algorithm = id === 'root' ? rootAlgorithm : issuingAlgorithm;
  return { label, signer: await context.keys.create(label, { algorithm, purpose }) };
}

async function makeCertified(core: PkiCore, id: FirstAuthority, issuer: CertifiedAuthority | undefined): Promise<void> {
  const { config, clock, random } = core.context;
  const { label, signer } = await makeKey(core, id);
  const now = wholeSecond(clock.now());
  const certificate = await issueCertificate({
    profile: id === 'root' ? 'root' : 'issuing-ca',
    subject: firstName(core, id),
    publicKey: signer.publicKey,
    signer: issuer ? await core.authorities.signer(issuer) : signer,
    notBefore: now,
    notAfter: endOfValidity(now, id === 'root' ? config.rootYears : config.issuingYears, issuer?.certificate.der),
    random,
    ...(issuer ? { issuer: issuer.certificate.der, ...addressesOf(core.context, issuer.id) } : {}),
  });
  const row = {
    name: id,
    kind: id,
    parent: issuer?.id ?? null,
    state: 'active',
    certificate,
    key_label: label,
  } as const;
  const profile = id === 'root' ? 'root' : 'issuing-ca';
  await store(core, { ...row, csr: null, operator: null }, { profile, certificate });
}

async function makeAwaiting(core: PkiCore): Promise<void> {
  const { label, signer } = await makeKey(core, 'issuing');
  const csr = await buildCertificationRequest({ subject: firstName(core, 'issuing'), signer, ca: true });
  const row = { name: 'issuing', kind: 'issuing', parent: null, state: 'awaiting-certificate', csr } as const;
  await store(core, { ...row, certificate: null, key_label: label, operator: null });
}

async function store(
  core: PkiCore,
  row: NewAuthority,
  made?: { readonly profile: 'root' | 'issuing-ca'; readonly certificate: Uint8Array },
): Promise<void> {
  const { clock, logger } = core.context;
  const won = await inTransaction(core, async (trx) => {
    if (!(await insertAuthority(trx, row, clock.now()))) return false;
    const provenance = { actor: 'system:pki', channel: 'internal' };
    if (made) {
      const given = { authority: row.parent ?? row.name, profile: made.profile, der: made.certificate };
      await recordSigned(core, trx, given, provenance);
    }
    return true;
  });
  if (won) logger.info({ authority: row.name, state: row.state, keyLabel: row.key_label }, 'CA created');
  if (!(await findAuthority(tablesOf(core), row.name))) throw new PkiSystemError('pki.not_ready');
}

function firstName({ context }: PkiCore, id: FirstAuthority): NameAttributes {
  const { config, server } = context;
  const organization = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const given = id === 'root' ? config.rootName : config.issuingName;
  const commonName = given || `${organization} ${id === 'root' ? 'National Root CA' : 'Issuing CA 1'}`;
  return { commonName, organization, country: config.country };
}
