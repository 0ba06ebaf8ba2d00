import { plainPdf } from './sample.ts';

/** The document with something appended as PDF writers do it (ISO 32000-2 clause 7.5.6): new objects, their table, a trailer. */
function appended(pdf: Uint8Array, objects: Readonly<Record<number, string>>): Uint8Array {
  const text = Buffer.from(pdf).toString('latin1');
  const last = (pattern: RegExp): string => [...text.matchAll(pattern)].at(-1)?.[1] ?? '';
  let out = `${text}\n`;
  const rows = Object.entries(objects).map(([number, body]) => {
    const at = out.length;
    out += `${number} 0 obj\n${body}\nendobj\n`;
    return `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = Math.max(Number(last(/\/Size (\d+)/g)), ...Object.keys(objects).map((number) => Number(number) + 1));
  const start = out.length;
  out += `xref\n${rows.join('')}trailer\n<< /Size ${size} /Prev ${last(/startxref\s+(\d+)/g)} /Root ${last(/\/Root (\d+) 0 R/g)} 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

function stream(dictionary: string, content: string): string {
  return `<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

const font = '/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>';

/** Its first page, as the newest version has it. */
function pageOf(pdf: Uint8Array): { readonly number: number; readonly body: string; readonly free: number } {
  const text = Buffer.from(pdf).toString('latin1');
  const page = [...text.matchAll(/(\d+) 0 obj\s*(<< \/Type \/Page \/Parent[^\n]*>>)/g)].at(-1);
  const size = [...text.matchAll(/\/Size (\d+)/g)].at(-1);
  if (!page || !size) throw new Error('the page of the document was not found');
  return { number: Number(page[1]), body: page[2] ?? '', free: Number(size[1]) };
}

/** The document with something large appended that no page shows. */
export function withPadding(pdf: Uint8Array, bytes: number): Uint8Array {
  return appended(pdf, { [pageOf(pdf).free]: stream('', 'x'.repeat(Math.max(0, bytes - pdf.length))) });
}

/** An unsigned document that only a password opens (ISO 32000-2 clause 7.6.4). */
export function lockedPdf(): Uint8Array {
  const text = Buffer.from(plainPdf()).toString('latin1');
  const code = `<${'5a'.repeat(32)}>`;
  const encrypt = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${code} /U ${code} /P -4 >> /ID [<00> <00>]`;
  return Buffer.from(text.replace('/Root 1 0 R>>', `/Root 1 0 R ${encrypt}>>`), 'latin1');
}

/** A picture under the name of a document. */
export const picture: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A note laid over what was signed: it says something else than the paper below it. */
export function withNote(pdf: Uint8Array): Uint8Array {
  const { number, body, free } = pageOf(pdf);
  const look = '1 1 0.85 rg 0 0 240 40 re f 0 g BT /F 18 Tf 12 14 Td (Approved for export) Tj ET';
  return appended(pdf, {
    [number]: body.replace('/Annots [', `/Annots [${free} 0 R `),
    [free]: `<< /Type /Annot /Subtype /Stamp /Contents (Approved for export) /Rect [180 560 420 600] /F 4 /AP << /N ${free + 1} 0 R >> >>`,
    [free + 1]: stream(`/Type /XObject /Subtype /Form /BBox [0 0 240 40] ${font}`, look),
  });
}

/** A line drawn through what was signed, in the content of the page itself. */
export function withStroke(pdf: Uint8Array): Uint8Array {
  const { number, body, free } = pageOf(pdf);
  return appended(pdf, {
    [number]: body.replace(/\/Contents \[([^\]]*)\]/, `/Contents [$1 ${free} 0 R]`),
    [free]: stream('', 'q 0.7 0 0 RG 4 w 150 590 m 420 590 l S Q'),
  });
}
