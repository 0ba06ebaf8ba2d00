export { DocumentError, type DocumentErrorCode } from './errors.ts';
export { webFont } from './font/woff.ts';
export { fontDirectory } from './font-directory.ts';
export type { Align, Block, DocumentModel } from './model.ts';
export { createDocumentRenderer, type DocumentRenderer } from './renderer.ts';
