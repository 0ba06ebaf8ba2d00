import { equalBytes, fromBase64, fromHex } from '@tra/kernel';
import { parseCertificate, parseCrl } from '@tra/pki';
import { systemRandom } from '@tra/platform-system';
import type { ChainRecord } from '../chain.ts';
import { type Material, prepareBelow, prepareRoot, prepareRootCrl } from './prepare-step.ts';
import { publicSignerOf } from './preview.ts';
import type { Step } from './script-types.ts';

/** What a result is compared with. */
export interface Declared {
  readonly place: number;
  /** Files of the folder by their path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly root: Uint8Array;
  readonly opened: ChainRecord | undefined;
  readonly signed: ChainRecord;
}

/**
 * Whether what a step signed is exactly what it declares: the same bytes are made again from the script, the pinned files, the root and the
 * time of the ceremony; only the serial number is taken from the result. Rejects when that is impossible.
 */
export async function isDeclared(step: Step, { place, files, root, opened, signed }: Declared): Promise<boolean> {
  const inputs = new Map([...files].map(([name, bytes]) => [name.replace(/^inputs\//, ''), bytes] as const));
  const signer = publicSignerOf(parseCertificate(root));
  const began = new Date(String(opened?.data.began));
  const der = fromBase64(String(signed.data.der));
  const material: Material = { began, random: systemRandom, inputs, signer, root };
  if (step.do === 'issue-crl') {
    const { tbs } = await prepareRootCrl(step, material, place);
    return equalBytes(tbs, parseCrl(der).signedBytes);
  }
  if (step.do === 'use-root' || step.do === 'close') return true;
  const { serialHex, signedBytes } = parseCertificate(der);
  const exact = { ...material, serial: fromHex(serialHex) };
  const prepared = step.do === 'create-root' ? prepareRoot(step, exact, place) : prepareBelow(step, exact, place);
  return equalBytes(prepared.tbs, signedBytes);
}
