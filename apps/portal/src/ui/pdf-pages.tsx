import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './progress.tsx';

GlobalWorkerOptions.workerSrc = workerUrl;

/** Pages shown at most; the rest is in the download. */
const maxPages = 20;

/** Draws the pages of a PDF. Its own chunk: pdf.js is fetched only when a document is opened. */
export default function PdfPages(props: { bytes: Uint8Array }): ReactNode {
  const { t } = useI18n();
  const [document, setDocument] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    // pdf.js takes the buffer away from its owner, so it gets a copy.
    const task = getDocument({ data: props.bytes.slice(), isEvalSupported: false, enableXfa: false });
    task.promise.then(setDocument, () => setFailed(true));
    return () => void task.destroy();
  }, [props.bytes]);
  if (failed) return <Notice tone="warning">{t('pdf.failed')}</Notice>;
  if (!document) return <Skeleton lines={8} label={t('pdf.loading')} />;
  const shown = Math.min(document.numPages, maxPages);
  return (
    <>
      {Array.from({ length: shown }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages are their number
        <PdfPage key={index} document={document} number={index + 1} />
      ))}
      {document.numPages > shown && <p className="soft">{t('pdf.more', { count: document.numPages - shown })}</p>}
    </>
  );
}

async function draw(page: PDFPageProxy, canvas: HTMLCanvasElement, width: number): Promise<void> {
  const natural = page.getViewport({ scale: 1 });
  const scale = (width / natural.width) * Math.min(window.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const content = await page.getTextContent();
  return content.items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
}

function PdfPage(props: { document: PDFDocumentProxy; number: number }): ReactNode {
  const { t } = useI18n();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    let wanted = true;
    const show = async (): Promise<void> => {
      const page = await props.document.getPage(props.number);
      if (!wanted || !canvas.current) return;
      setText(await textOf(page));
      await draw(page, canvas.current, canvas.current.clientWidth);
    };
    show().catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [props.document, props.number]);
  const label = t('pdf.page', { number: props.number, count: props.document.numPages });
  return (
    <figure className="pdf-page">
      <canvas ref={canvas} role="img" aria-label={label} />
      <figcaption className="visually-hidden">{text}</figcaption>
    </figure>
  );
}
