import { readFileSync } from 'node:fs';
import { createDocumentRenderer, type DocumentModel, type DocumentRenderer, fontDirectory } from '../../src/index.ts';

/** The shipped fonts, as plain arrays. */
export const fonts = {
  regular: new Uint8Array(readFileSync(new URL('Sarabun-Regular.ttf', fontDirectory))),
  bold: new Uint8Array(readFileSync(new URL('Sarabun-Bold.ttf', fontDirectory))),
};

export const testRenderer = (): Promise<DocumentRenderer> => createDocumentRenderer(fonts);

/** A model with what every document needs; `overrides` replace parts of it. */
export function modelOf(blocks: DocumentModel['blocks'], overrides: Partial<DocumentModel> = {}): DocumentModel {
  return {
    language: 'th',
    title: 'ทดสอบ',
    author: 'ตรา',
    created: new Date('2026-11-21T03:04:05Z'),
    id: 'ID-1',
    blocks,
    attachments: [],
    ...overrides,
  };
}
