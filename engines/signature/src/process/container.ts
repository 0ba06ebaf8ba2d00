import type { ContainerData, ManifestData } from '../diagnostic/model.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { EvidenceRecordData, TimestampData } from '../diagnostic/timestamp.ts';
import type { Process } from './context.ts';

/** Names of signature files: EN 319 162-1 clauses 4.3.3.2 and 4.4.3.2. */
const filenames: Readonly<Record<string, RegExp>> = {
  'ASiC-S': /^META-INF\/(signature\.p7s|signatures\.xml)$/,
  'ASiC-E': /^META-INF\/(?:[^/]*signatures[^/]*\.xml|[^/]*signature[^/]*\.p7s)$/i,
};

/** Whether the file of a signature is called what the standard asks for. */
export function filenamesAdhere(container: ContainerData, signature: SignatureData): boolean {
  const pattern = filenames[container.type];
  return pattern === undefined || signature.filename === undefined || pattern.test(signature.filename);
}

function manifestOf(container: ContainerData, filename: string | undefined): ManifestData | undefined {
  return container.manifests.find(
    ({ signatureFilename }) => signatureFilename !== undefined && signatureFilename === filename,
  );
}

const isPayload = (name: string): boolean => name !== 'mimetype' && !name.startsWith('META-INF/');

/** Whether a signature covers every content file of the container. */
export function containsAllFiles(container: ContainerData, signature: SignatureData): boolean {
  const payload = container.contentFiles.filter(isPayload);
  const entries = manifestOf(container, signature.filename)?.entries ?? [];
  const covered = new Set([...entries, ...signature.scopes.map(({ name }) => name)]);
  // ASiC-S signs its one file, whatever the reference calls it.
  if (container.type === 'ASiC-S' && payload.length === 1) return true;
  return payload.every((name) => covered.has(name));
}

/** Whether a container time-stamp or evidence record covers what the signatures before it do. */
export function coversSignedFiles(
  process: Process,
  container: ContainerData,
  token: TimestampData | EvidenceRecordData,
): boolean {
  const covered = new Set(token.scopes.map(({ name }) => name));
  for (const name of manifestOf(container, token.filename)?.entries ?? []) covered.add(name);
  const objects = new Set(token.covered.map(({ id }) => id));
  return process.data.signatures
    .filter(({ id, parent }) => parent === undefined && objects.has(id))
    .every((signature) =>
      (manifestOf(container, signature.filename)?.entries ?? []).filter(isPayload).every((name) => covered.has(name)),
    );
}
