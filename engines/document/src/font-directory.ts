/**
 * Folder of the fonts that the package ships: `Sarabun-Regular.ttf`, `Sarabun-Bold.ttf` and their licence `OFL.txt`. The
 * engine itself reads no files: the caller does and hands the bytes to `createDocumentRenderer`.
 */
export const fontDirectory: URL = new URL('../fonts/', import.meta.url);
