import { parseCertificate } from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import { readAll } from '../pki/files.ts';

/** Certificates of a command line: those that are trusted, and those that may lie between. */
export interface TrustedCertificates {
  readonly anchors: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
}

/**
 * Reads `--trust` and `--intermediate`. Of a file with a whole chain only the roots are trusted and the rest may lie between: else nobody
 * would ask whether the authority's own certificate was revoked. A file without any root is trusted as it is.
 */
export async function readTrusted(given: ParsedArguments): Promise<TrustedCertificates> {
  const anchors: Uint8Array[] = [];
  const intermediates: Uint8Array[] = [];
  for (const file of given.list('trust')) {
    const all = await readAll(file, 'CERTIFICATE');
    const roots = all.filter(isSelfIssued);
    anchors.push(...(roots.length > 0 ? roots : all));
    if (roots.length > 0) intermediates.push(...all.filter((certificate) => !roots.includes(certificate)));
  }
  for (const file of given.list('intermediate')) intermediates.push(...(await readAll(file, 'CERTIFICATE')));
  return { anchors, intermediates };
}

function isSelfIssued(certificate: Uint8Array): boolean {
  const { subject, issuer } = parseCertificate(certificate);
  return subject.text === issuer.text;
}
