/**
 * Files that were handed in as a batch, for as long as this window is open: the server deletes its copies, but versions can be compared here.
 */
const held = new Map<string, readonly File[]>();

export function holdFiles(id: string, files: readonly File[]): void {
  held.set(id, files);
}

/** The file at a position of a batch, from 1. */
export function heldFile(id: string, position: number): File | undefined {
  return held.get(id)?.[position - 1];
}

export function releaseFiles(id: string): void {
  held.delete(id);
}
