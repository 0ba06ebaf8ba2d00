import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist';
import { drawPage, linesOf, scaleFor } from './pdf-document.ts';
import { differingPlaces, type Pixels, type Place } from './pixel-difference.ts';

/** The versions that are compared; `signed` is absent when there is only one to look at. */
export interface Versions {
  readonly signed?: PDFDocumentProxy;
  readonly current: PDFDocumentProxy;
}

export type Side = keyof Versions;

/** A page to look at, by its number in the newest version or, when it was taken out, in the signed one. */
export type View = { readonly current: number } | { readonly signed: number };

/** A rectangle of a change on a page, in the units of the page. */
export interface Marked {
  readonly key: string;
  readonly rect: readonly [number, number, number, number];
  readonly sides: readonly Side[];
}

/** What is known of one side once it is drawn. */
export interface DrawnSide {
  readonly number: number;
  readonly lines: readonly string[];
  readonly marks: readonly (Place & { readonly key: string })[];
}

export interface DrawnPair {
  readonly signed?: DrawnSide;
  readonly current?: DrawnSide;
  /** Where both look different; absent when there is only one, or when their sizes differ. */
  readonly places?: readonly Place[];
}

export interface PairCanvases {
  readonly signed: HTMLCanvasElement | null;
  readonly current: HTMLCanvasElement | null;
}

/** Draws a page of both versions at the same scale and compares what is seen. Aborted by `signal`. */
export async function drawPair(
  versions: Versions,
  view: View,
  options: {
    readonly canvases: PairCanvases;
    readonly width: number;
    readonly marked: readonly Marked[];
    readonly signal: AbortSignal;
  },
): Promise<DrawnPair> {
  const pages = await pagesOf(versions, view);
  const scale = scaleFor((pages.current ?? pages.signed) as PDFPageProxy, options.width);
  const tasks: RenderTask[] = [];
  options.signal.addEventListener('abort', () => {
    for (const task of tasks) task.cancel();
  });
  const draw = async (side: Side): Promise<DrawnSide | undefined> => {
    const [page, canvas] = [pages[side], options.canvases[side]];
    if (!page || !canvas || options.signal.aborted) return undefined;
    const task = drawPage(page, canvas, scale);
    tasks.push(task);
    await task.promise;
    return { number: page.pageNumber, lines: await linesOf(page), marks: marksOn(page, side, options.marked) };
  };
  const signed = await draw('signed');
  const current = await draw('current');
  const places = signed && current && differingPlaces(...pixelsOf(options.canvases));
  return { ...(signed ? { signed } : {}), ...(current ? { current } : {}), ...(places ? { places } : {}) };
}

async function pagesOf(
  { signed, current }: Versions,
  view: View,
): Promise<{ signed?: PDFPageProxy; current?: PDFPageProxy }> {
  if ('signed' in view) return signed ? { signed: await signed.getPage(view.signed) } : {};
  const page = await current.getPage(view.current);
  const number = signed && (await counterpart(signed, page));
  return { current: page, ...(number ? { signed: await signed.getPage(number) } : {}) };
}

/** The number that the same page has in the signed version: it is the same object there. */
async function counterpart(signed: PDFDocumentProxy, page: PDFPageProxy): Promise<number | undefined> {
  if (!page.ref) return page.pageNumber <= signed.numPages ? page.pageNumber : undefined;
  try {
    return (await signed.getPageIndex(page.ref)) + 1;
  } catch {
    return undefined;
  }
}

function marksOn(page: PDFPageProxy, side: Side, marked: readonly Marked[]): DrawnSide['marks'] {
  const viewport = page.getViewport({ scale: 1 });
  return marked
    .filter(({ sides }) => sides.includes(side))
    .map(({ key, rect }) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = viewport.convertToViewportRectangle([...rect]);
      const part = (from: number, to: number, whole: number): [number, number] => [
        Math.max(0, Math.min(from, to) / whole),
        Math.min(1, Math.abs(to - from) / whole),
      ];
      const [left, width] = part(x1, x2, viewport.width);
      const [top, height] = part(y1, y2, viewport.height);
      return { key, left, top, width, height };
    });
}

function pixelsOf({ signed, current }: PairCanvases): [Pixels, Pixels] {
  const read = (canvas: HTMLCanvasElement | null): Pixels =>
    canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
      width: 0,
      height: 0,
      data: new Uint8ClampedArray(),
    };
  return [read(signed), read(current)];
}
