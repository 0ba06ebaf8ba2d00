import { createHash } from 'node:crypto';
import { canonicalJson, toHex, utf8Encode } from '@tra/kernel';
import { signTrustedList } from '@tra/trust-list';
import { inTransaction, type TrustListCore, tablesOf } from './core.ts';
import { TrustListSystemError } from './errors.ts';
import { listModel } from './model.ts';
import { ensureSigners, type ListSigners, signerOf } from './signers.ts';
import { newStates } from './states.ts';
import {
  findNewestList,
  insertList,
  insertStates,
  type ListRow,
  listStates,
  type StateRow,
  type TrustListTransaction,
} from './store.ts';

const day = 86_400_000;

/**
 * The list as it is to be now: the newest one while it says what the services say and half of its time is left, else a new one, signed, verified,
 * logged and published with the next number. Safe when several processes do so at once.
 */
export async function currentList(core: TrustListCore): Promise<ListRow> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const list = await currentListOnce(core);
    if (list) return list;
  }
  throw new TrustListSystemError('trust-list.not_ready');
}

/** How often another process may be faster. */
const mostAttempts = 10;

/** Undefined when another process published meanwhile: then everything is looked at anew. The newest list must be read first for that. */
async function currentListOnce(core: TrustListCore): Promise<ListRow | undefined> {
  const newest = await findNewestList(tablesOf(core));
  const services = await core.ports.services();
  const signers = await ensureSigners(core);
  const known = await listStates(tablesOf(core));
  const added = newStates(services, known, core.context.clock.now());
  const states = order([...known, ...added]);
  if (newest && isFresh(core, newest, contentOf(states, signers))) return newest;
  const made = await makeList(core, { newest, states, signers });
  const won = await inTransaction(core, (trx) => publish(core, trx, { list: made, states: added }));
  return won ? made : undefined;
}

const order = (states: readonly StateRow[]): StateRow[] =>
  states.toSorted((a, b) => a.service.localeCompare(b.service, 'en') || a.since.getTime() - b.since.getTime());

function isFresh({ context }: TrustListCore, list: ListRow, content: string): boolean {
  const { issued_at, next_update, content_sha256 } = list;
  const half = (issued_at.getTime() + next_update.getTime()) / 2;
  return content_sha256 === content && context.clock.now().getTime() < half;
}

function contentOf(states: readonly StateRow[], { current, all }: ListSigners): string {
  const facts = {
    states: states.map(({ certificate, since, ...row }) => ({
      ...row,
      since: since.toISOString(),
      certificate: sha256(certificate),
    })),
    signers: all.map(({ certificate }) => sha256(certificate)),
    current: current.generation,
  };
  return sha256(utf8Encode(canonicalJson(facts)));
}

function sha256(bytes: Uint8Array): string {
  return toHex(createHash('sha256').update(bytes).digest());
}

async function makeList(
  core: TrustListCore,
  { newest, states, signers }: { newest: ListRow | undefined; states: readonly StateRow[]; signers: ListSigners },
): Promise<ListRow> {
  const { config, server, clock } = core.context;
  const { current, all } = signers;
  const issuedAt = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  const wanted = issuedAt.getTime() + config.nextUpdateDays * day;
  const nextUpdate = new Date(Math.min(wanted, Math.floor(current.not_after.getTime() / 1000) * 1000));
  const sequence = (newest?.sequence ?? 0) + 1;
  const certificates = all.map(({ certificate }) => certificate);
  const facts = { config, publicUrl: server.publicUrl, states, signers: certificates, sequence, issuedAt, nextUpdate };
  const xml = await signTrustedList({
    list: listModel(facts),
    signer: await signerOf(core, current),
    certificate: current.certificate,
    signingTime: issuedAt,
  });
  return {
    sequence,
    xml,
    sha256: sha256(xml),
    content_sha256: contentOf(states, signers),
    signer: current.generation,
    issued_at: issuedAt,
    next_update: nextUpdate,
  };
}

async function publish(
  { context }: TrustListCore,
  trx: TrustListTransaction,
  { list, states }: { readonly list: ListRow; readonly states: readonly StateRow[] },
): Promise<boolean> {
  if (!(await insertList(trx, list))) return false;
  await insertStates(trx, states);
  const { sequence, sha256: digest } = list;
  const data = utf8Encode(canonicalJson({ sequence, sha256: digest }));
  await context.log.append(trx, { type: 'pki.trust_list', data });
  await context.audit.append(trx, {
    stream: 'trust-list',
    actor: 'system',
    action: 'trust-list.published',
    object: String(sequence),
    details: { sha256: digest, nextUpdate: list.next_update.toISOString(), changes: states.length },
  });
  await context.jobs.publish(trx, {
    type: 'trust-list.published',
    subject: String(sequence),
    data: { sha256: digest },
  });
  context.logger.info({ sequence, changes: states.length }, 'trusted list published');
  return true;
}
