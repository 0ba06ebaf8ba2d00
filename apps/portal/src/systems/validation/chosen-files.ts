/** A document to be checked, with the files that its signatures were made over when they lie beside it. */
export interface ChosenDocument {
  readonly file: File;
  readonly detached: readonly File[];
}

/** What somebody chose, told apart. */
export interface Chosen {
  readonly documents: readonly ChosenDocument[];
  /** ZIP files of documents. */
  readonly archives: readonly File[];
  /** Pictures, sound and the like that no signature was chosen for: they carry none. */
  readonly refused: readonly File[];
}

const beside = /^(.+)\.(p7s|p7m|p7b|cms|sig|tsr|tst|ers|xml|xades|jws|json|asc)$/i;
const carriesNone = /^(image|video|audio|font)\//;
const tailBytes = 256 * 1024;

/** Tells documents, files beside signatures and ZIP files of documents apart; a few bytes of each ZIP are read, nothing is sent. */
export async function sortChosen(files: readonly File[]): Promise<Chosen> {
  const byName = new Map(files.map((file) => [file.name.toLowerCase(), file]));
  const partners = new Map<File, File>();
  for (const file of files) {
    const partner = byName.get(beside.exec(file.name)?.[1]?.toLowerCase() ?? '');
    if (partner && partner !== file) partners.set(file, partner);
  }
  const taken = new Set(partners.values());
  const rest = files.filter((file) => !taken.has(file));
  const refused = rest.filter((file) => carriesNone.test(file.type));
  const open = rest.filter((file) => !refused.includes(file));
  const isArchive = await Promise.all(open.map(holdsDocuments));
  return {
    documents: open
      .filter((_, index) => !isArchive[index])
      .map((file) => ({ file, detached: [partners.get(file)].flatMap((one) => one ?? []) })),
    archives: open.filter((_, index) => isArchive[index]),
    refused,
  };
}

/** Whether a ZIP is a bundle of documents and not itself a signed container (ETSI EN 319 162-1 clause 4.4: `mimetype`, `META-INF`). */
async function holdsDocuments(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 100).arrayBuffer());
  const isZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
  if (!isZip || latin1(head).includes('mimetype')) return false;
  const directory = latin1(new Uint8Array(await file.slice(Math.max(0, file.size - tailBytes)).arrayBuffer()));
  return !/META-INF\/[^/]*(signature|timestamp|evidencerecord|manifest)/i.test(directory);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
