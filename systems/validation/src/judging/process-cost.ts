import { readFileSync } from 'node:fs';

// proc(5): user and system time in ticks; Linux counts 100 in a second on every machine that Node runs on.
const tickMs = 10;
const pageBytes = 4096;

/** What a process has cost so far. */
export interface ProcessCost {
  /** Processor time, milliseconds. */
  readonly milliseconds: number;
  /** Memory that it holds now, bytes. */
  readonly resident: number;
}

/** Reads the cost of a process where Linux tells it; undefined on other systems, and for one that has ended. */
export function costOf(pid: number | undefined): ProcessCost | undefined {
  try {
    // The name in brackets may hold anything; user and system time are the 12th and 13th field behind it, pages the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return {
      milliseconds: (Number(fields[11]) + Number(fields[12])) * tickMs,
      resident: Number(fields[21]) * pageBytes,
    };
  } catch {
    return undefined;
  }
}
