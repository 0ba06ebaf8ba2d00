import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Notice } from './notice.tsx';
import { drawPage, linesOf, openPdf, type PdfRefusal, refusalOf, scaleFor } from './pdf-document.ts';
import { Skeleton } from './progress.tsx';

/** Pages shown at most; the rest is in the download. */
const maxPages = 20;

/** Draws the pages of a PDF. Its own chunk: pdf.js is fetched only when a document is opened. */
export default function PdfPages(props: { bytes: Uint8Array }): ReactNode {
  const { t } = useI18n();
  const [document, setDocument] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState<PdfRefusal>();
  useEffect(() => {
    const opened = openPdf(props.bytes);
    opened.document.then(setDocument, (cause) => setFailed(refusalOf(cause)));
    return () => opened.close();
  }, [props.bytes]);
  if (failed) return <Notice tone="warning">{t(failed === 'password' ? 'pdf.password' : 'pdf.failed')}</Notice>;
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

function PdfPage(props: { document: PDFDocumentProxy; number: number }): ReactNode {
  const { t } = useI18n();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    let wanted = true;
    const show = async (): Promise<void> => {
      const page = await props.document.getPage(props.number);
      if (!wanted || !canvas.current) return;
      setText((await linesOf(page)).join('\n'));
      const density = Math.min(window.devicePixelRatio || 1, 2);
      await drawPage(page, canvas.current, scaleFor(page, canvas.current.clientWidth * density)).promise;
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
