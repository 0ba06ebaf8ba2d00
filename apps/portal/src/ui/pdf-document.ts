import {
  GlobalWorkerOptions,
  getDocument,
  type PDFDocumentProxy,
  type PDFPageProxy,
  type RenderTask,
} from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import jbig2Url from 'pdfjs-dist/wasm/jbig2.wasm?url';
import openjpegUrl from 'pdfjs-dist/wasm/openjpeg.wasm?url';

GlobalWorkerOptions.workerSrc = workerUrl;

/** Decoders that scans need, from our own origin under the names that the build gave them. */
const decoders: Readonly<Record<string, string>> = { 'jbig2.wasm': jbig2Url, 'openjpeg.wasm': openjpegUrl };

class OwnFiles {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    const url = decoders[filename];
    const answer = url ? await fetch(url) : undefined;
    if (!answer?.ok) throw new Error(`${filename} is not shipped`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** A PDF that is being opened; `close` may be called at any time. */
export interface OpenedPdf {
  readonly document: Promise<PDFDocumentProxy>;
  close(): void;
}

/** Opens a PDF to be looked at: no script of it runs, nothing is fetched from elsewhere, forms of the kind XFA are left alone. */
export function openPdf(bytes: Uint8Array): OpenedPdf {
  const task = getDocument({
    // pdf.js takes the buffer away from its owner, so it gets a copy.
    data: bytes.slice(),
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    BinaryDataFactory: OwnFiles,
    maxImageSize: 64_000_000,
    verbosity: 0,
  });
  return { document: task.promise, close: () => void task.destroy() };
}

/** Why a PDF could not be opened. */
export type PdfRefusal = 'password' | 'broken';

export function refusalOf(cause: unknown): PdfRefusal {
  return cause instanceof Error && cause.name === 'PasswordException' ? 'password' : 'broken';
}

/** Widest drawing in pixels, so that a huge page cannot take all memory. */
const maximumWidth = 2400;
const maximumArea = 12_000_000;

/** How a page is drawn: the scale from its own units to pixels of the canvas. */
export function scaleFor(page: PDFPageProxy, width: number): number {
  const natural = page.getViewport({ scale: 1 });
  const wanted = Math.min(width, maximumWidth) / natural.width;
  return Math.min(wanted, Math.sqrt(maximumArea / (natural.width * natural.height)));
}

/** Draws a page as it would be printed on screen, annotations included. */
export function drawPage(page: PDFPageProxy, canvas: HTMLCanvasElement, scale: number): RenderTask {
  const viewport = page.getViewport({ scale });
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  return page.render({ canvas, viewport });
}

/** The words of a page, line by line; those of notes, stamps and form fields after those of the page itself. */
export async function linesOf(page: PDFPageProxy): Promise<readonly string[]> {
  const content = await page.getTextContent();
  const text = content.items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
  const notes = (await page.getAnnotations()).flatMap(wordsOfNote);
  return [...text.split('\n'), ...notes].map((line) => line.trim()).filter((line) => line !== '');
}

/** What an annotation says, as far as pdf.js tells. */
function wordsOfNote(note: unknown): readonly string[] {
  const { contentsObj, fieldValue, textContent } = note as {
    readonly contentsObj?: { readonly str?: string };
    readonly fieldValue?: unknown;
    readonly textContent?: readonly string[];
  };
  const shown = textContent ?? [];
  const said = contentsObj?.str ?? '';
  const value = typeof fieldValue === 'string' ? fieldValue : '';
  return [...new Set([...shown, ...said.split(/[\r\n]/), value])];
}
