/** Offers bytes as a file to keep. */
export function saveFile(name: string, parts: readonly BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file name without the ending by which it was recognised as a document. */
export function stemOf(name: string): string {
  return name.replace(/\.(pdf|xml|asice|asics|p7s|p7m|json|jws)$/i, '');
}
