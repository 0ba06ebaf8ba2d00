import { PdfSyntaxError } from './errors.ts';
import type { PdfFile } from './file.ts';
import { type PdfDict, PdfStream, PdfString, type PdfValue, textOf } from './objects.ts';

/** A file embedded in the document (ISO 32000-2 clause 7.11.4). */
export interface PdfAttachment {
  readonly name: string;
  readonly mediaType?: string;
  /** AFRelationship, such as `Alternative` or `Source` (clause 14.13). */
  readonly relationship?: string;
  readonly bytes: Uint8Array;
  readonly description?: string;
}

const maxDepth = 32;

/** File specifications from the EmbeddedFiles name tree, then those that only AF names. */
function specifications(file: PdfFile): PdfDict[] {
  const found: PdfDict[] = [];
  const seen = new Set<PdfDict>();
  const add = (value: PdfValue): void => {
    const dict = file.dict(value);
    if (dict && !found.includes(dict)) found.push(dict);
  };
  const visit = (value: PdfValue | undefined, depth: number): void => {
    const node = file.dict(value);
    if (!node || seen.has(node)) return;
    if (depth > maxDepth || seen.size + found.length >= file.limits.nodes) {
      file.report('pdf.limit_reached', { detail: 'name tree' });
      return;
    }
    seen.add(node);
    for (const [index, item] of file.array(node.get('Names')).entries()) if (index % 2 === 1) add(item);
    for (const kid of file.array(node.get('Kids'))) visit(kid, depth + 1);
  };
  visit(file.dict(file.catalog?.get('Names'))?.get('EmbeddedFiles'), 0);
  for (const item of file.array(file.catalog?.get('AF'))) add(item);
  return found.slice(0, 1000);
}

function words(file: PdfFile, dict: PdfDict, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = file.get(dict.get(key));
    if (value instanceof PdfString) return textOf(value);
  }
  return undefined;
}

function read(file: PdfFile, specification: PdfDict): PdfAttachment | undefined {
  const embedded = file.dict(specification.get('EF'));
  const stream = file.get(embedded?.get('UF') ?? embedded?.get('F'));
  const name = words(file, specification, 'UF', 'F') ?? '';
  if (!(stream instanceof PdfStream)) {
    file.report('pdf.attachment_unreadable', { name });
    return undefined;
  }
  const mediaType = file.name(stream.dict.get('Subtype'));
  const relationship = file.name(specification.get('AFRelationship'));
  const description = words(file, specification, 'Desc');
  try {
    return {
      name,
      bytes: file.decode(stream),
      ...(mediaType === undefined ? {} : { mediaType }),
      ...(relationship === undefined ? {} : { relationship }),
      ...(description === undefined ? {} : { description }),
    };
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    file.report(error.problem, { detail: error.message, name });
    return undefined;
  }
}

/** The embedded files in the order of the name tree. What cannot be read is reported on the file and left out. */
export function readAttachments(file: PdfFile): PdfAttachment[] {
  if (file.trailer.has('Encrypt')) return [];
  const found: PdfAttachment[] = [];
  for (const specification of specifications(file)) {
    const attachment = read(file, specification);
    if (attachment) found.push(attachment);
  }
  return found;
}
