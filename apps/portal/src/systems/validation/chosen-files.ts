/** A document to be checked, with the files that its signatures were made over when they lie beside it. */
export interface ChosenDocument {
  readonly file: File;
  readonly detached: readonly File[];
}

/** Why a file is not sent: nothing in it can carry a signature, it says to be something else, or it cannot be opened here (a folder). */
export type Refusal = 'media' | 'disguised' | 'unopened';

/** What somebody chose, told apart. */
export interface Chosen {
  readonly documents: readonly ChosenDocument[];
  /** ZIP files of documents. */
  readonly archives: readonly File[];
  readonly refused: readonly { readonly file: File; readonly reason: Refusal }[];
}

const beside = /^(.+)\.(p7s|p7m|p7b|cms|sig|tsr|tst|ers|xml|xades|jws|json|asc)$/i;
const mediaType = /^(image|video|audio|font)\//;
const tailBytes = 256 * 1024;

/** Name of the file that a signature with this name lies beside: `contract.docx` for `contract.docx.p7s`. */
export function signedNameOf(name: string): string | undefined {
  return beside.exec(name)?.[1]?.toLowerCase();
}

/** Tells documents, files beside signatures and ZIP files of documents apart; a few bytes of each file are read, nothing is sent. */
export async function sortChosen(files: readonly File[]): Promise<Chosen> {
  const byName = new Map(files.map((file) => [file.name.toLowerCase(), file]));
  const partners = new Map<File, File>();
  for (const file of files) {
    const partner = byName.get(signedNameOf(file.name) ?? '');
    if (partner && partner !== file) partners.set(file, partner);
  }
  const taken = new Set(partners.values());
  const kinds = new Map(await Promise.all(files.map(async (file) => [file, await kindOf(file)] as const)));
  const rest = files.filter((file) => !taken.has(file) || kinds.get(file) === 'unopened');
  const ofKind = (kind: Kind): readonly File[] => rest.filter((file) => kinds.get(file) === kind);
  return {
    documents: ofKind('document').map((file) => ({ file, detached: [partners.get(file)].flatMap((one) => one ?? []) })),
    archives: ofKind('archive'),
    refused: rest.flatMap((file) => {
      const kind = kinds.get(file);
      return kind === 'media' || kind === 'disguised' || kind === 'unopened' ? [{ file, reason: kind }] : [];
    }),
  };
}

type Kind = 'document' | 'archive' | Refusal;

async function kindOf(file: File): Promise<Kind> {
  try {
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 100).arrayBuffer()));
    if (isPicture(head)) return mediaType.test(file.type) ? 'media' : 'disguised';
    if (mediaType.test(file.type)) return 'media';
    return head.startsWith('PK\x03\x04') && (await holdsDocuments(file, head)) ? 'archive' : 'document';
  } catch {
    return 'unopened';
  }
}

/** Pictures as cameras and screens make them, by their first bytes: PNG, JPEG, GIF, WebP, HEIF and AVIF, TIFF, BMP. */
function isPicture(head: string): boolean {
  return /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|....ftyp(hei|hev|mif1|msf1|avi)|II\*\0|MM\0\*|BM....\0\0\0\0)/s.test(
    head,
  );
}

/**
 * Whether a ZIP is a bundle of documents and neither a signed container (ETSI EN 319 162-1 clause 4.4: `mimetype`, `META-INF`) nor one document of an
 * office program (ISO/IEC 29500-2: `[Content_Types].xml`).
 */
async function holdsDocuments(file: File, head: string): Promise<boolean> {
  if (head.includes('mimetype')) return false;
  const tail = await file.slice(Math.max(0, file.size - tailBytes)).arrayBuffer();
  const directory = new TextDecoder('latin1').decode(tail);
  return !/META-INF\/[^/]*(signature|timestamp|evidencerecord|manifest)|\[Content_Types\]\.xml/i.test(directory);
}
