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

/**
 * Whether the manifest of a time-stamp or evidence record names what the manifests that it covers do, and some content (EN 319 162-1 clause
 * 4.4.3.2). Without a manifest there is nothing to compare.
 */
export function manifestCovers(container: ContainerData, filename: string | undefined): boolean {
  const manifest = manifestOf(container, filename);
  if (!manifest) return true;
  return (
    namesAll(container, manifest.entries) && container.contentFiles.some((name) => manifest.entries.includes(name))
  );
}

/** Whether files are named together with all that the manifests among them name, and those below. */
function namesAll(container: ContainerData, names: readonly string[]): boolean {
  const all = new Set(names);
  const seen = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const entries = manifestOf(container, name)?.entries ?? [];
    if (!entries.every((entry) => all.has(entry))) return false;
    waiting.push(...entries);
  }
  return true;
}

/** Whether the documents of an evidence record hold all that the manifests among them name. */
export function recordCovers({ signatures }: Process, container: ContainerData, record: EvidenceRecordData): boolean {
  if (!manifestCovers(container, record.filename)) return false;
  const parent = record.parent === undefined ? undefined : signatures.get(record.parent)?.filename;
  const documents = record.digestMatchers.flatMap(({ documentName }) => documentName ?? []);
  return namesAll(container, parent === undefined ? documents : [...documents, parent]);
}

/** Whether an evidence record outside the signatures that it covers holds every document that they sign by name. */
export function holdsSignedFiles({ data }: Process, record: EvidenceRecordData): boolean {
  if (record.origin === 'signature') return true;
  const held = new Set(record.digestMatchers.map(({ documentName }) => documentName));
  const covered = new Set(record.covered.map(({ id }) => id));
  return data.signatures
    .filter(({ id }) => covered.has(id))
    .every(({ digestMatchers }) =>
      digestMatchers.every(({ documentName }) => documentName === undefined || held.has(documentName)),
    );
}

/** Whether a time-stamp or evidence record covers signatures, time-stamps or other records, and not only data. */
export const coversTokens = ({ covered }: TimestampData | EvidenceRecordData): boolean =>
  covered.some(
    ({ category }) => category === 'signature' || category === 'timestamp' || category === 'evidence-record',
  );
