import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { canonicalJson, toHex, utf8Encode } from '@tra/kernel';
import type { ChainAudit, ChainFinding, ChainSeal } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';

/** Ending of a file with records out of a database: a JSON object in each line. */
export const EXPORT_SUFFIX = '.jsonl';

/** A row of `timestamp_tokens` as the database prints it. */
interface Row {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  readonly previousHash: string;
  /** The hash that the other columns give. */
  readonly computed: string;
}

interface Reading {
  /** Of the last record that was read. */
  seq: number;
  hash: string;
  sealedTo: number;
}

/** What an export was found to be. */
export interface ExportAudit extends Pick<ChainAudit, 'records' | 'unsealed' | 'findings'> {
  /** Names of the chains in it. */
  readonly chains: ReadonlySet<string>;
}

const mostFindings = 100;
const longestLine = 64 * 1024;

/**
 * Computes chains of records that were exported from a database again: `COPY (SELECT row_to_json(t) FROM timestamp_tokens t ORDER BY chain, seq)
 * TO STDOUT`. Each row's hash covers its other columns and the hash before it; what was sealed must be there, and be it.
 */
export async function auditExports(paths: readonly string[], seals: readonly ChainSeal[]): Promise<ExportAudit> {
  const walk = new ExportWalk(seals);
  for (const path of paths) {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
    try {
      for await (const line of lines) if (line.trim() !== '') walk.take(rowIn(line) ?? 'unreadable');
    } catch (cause) {
      throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
    }
  }
  return walk.end();
}

class ExportWalk {
  readonly #seals = new Map<string, Map<number, string>>();
  readonly #chains = new Map<string, Reading>();
  readonly #findings: ChainFinding[] = [];
  #records = 0;

  constructor(seals: readonly ChainSeal[]) {
    for (const { chain, to, head } of seals) {
      const own = this.#seals.get(chain) ?? new Map<number, string>();
      this.#seals.set(chain, own.set(to, head));
    }
  }

  #find(finding: ChainFinding): void {
    if (this.#findings.length < mostFindings) this.#findings.push(finding);
  }

  take(row: Row | 'unreadable'): void {
    if (row === 'unreadable') this.#find({ kind: 'unreadable', chain: '', at: this.#records + 1 });
    else this.#follow(row);
  }

  #follow(row: Row): void {
    const { chain, seq, hash, previousHash, computed } = row;
    this.#records += 1;
    const own = this.#seals.get(chain);
    const reading = this.#chains.get(chain) ?? { seq: 0, hash: '', sealedTo: Math.max(0, ...(own?.keys() ?? [])) };
    this.#chains.set(chain, reading);
    if (seq > reading.seq + 1) this.#find({ kind: 'missing', chain, at: reading.seq + 1 });
    // The first record of a chain points at the newest of any other, which nobody can compute from here; its seal covers it.
    const linked = reading.seq === 0 || previousHash === reading.hash;
    if (seq <= reading.seq || (seq === reading.seq + 1 && !linked) || hash !== computed)
      this.#find({ kind: 'altered', chain, at: seq });
    const sealed = own?.get(seq);
    if (sealed !== undefined && sealed !== hash) this.#find({ kind: 'seal_differs', chain, at: seq });
    Object.assign(reading, { seq, hash });
  }

  end(): ExportAudit {
    let unsealed = 0;
    for (const [chain, { seq, sealedTo }] of this.#chains) {
      if (seq < sealedTo) this.#find({ kind: 'missing', chain, at: seq + 1 });
      unsealed += Math.max(0, seq - sealedTo);
    }
    const chains = new Set(this.#chains.keys());
    return { records: this.#records, unsealed, findings: this.#findings, chains };
  }
}

function rowIn(line: string): Row | undefined {
  if (line.length > longestLine) return undefined;
  try {
    const row = JSON.parse(line) as Record<string, unknown>;
    const text = (name: string): string => {
      const value = row[name];
      if (typeof value !== 'string') throw new RangeError(name);
      return value;
    };
    const octets = (name: string): string => text(name).replace(/^\\x/, '').toLowerCase();
    const seq = Number(row.seq);
    if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
    const facts = {
      chain: text('chain'),
      seq,
      serialHex: text('serial_hex'),
      genTime: new Date(text('gen_time')).toISOString(),
      policy: text('policy'),
      digestAlgorithm: text('digest_algorithm'),
      digest: octets('digest'),
      tokenSha256: octets('token_sha256'),
      previousHash: octets('previous_hash'),
    };
    const computed = toHex(
      new Uint8Array(
        createHash('sha256')
          .update(utf8Encode(canonicalJson(facts)))
          .digest(),
      ),
    );
    return { chain: facts.chain, seq, hash: octets('hash'), previousHash: facts.previousHash, computed };
  } catch {
    return undefined;
  }
}
