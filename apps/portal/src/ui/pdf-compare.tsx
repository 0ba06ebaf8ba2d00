import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type ComponentProps, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { type ComparedChange, isOn, placeOf } from './compared-change.ts';
import { Notice } from './notice.tsx';
import { ChangeList, PageText } from './pdf-changes.tsx';
import { openPdf, type PdfRefusal, refusalOf } from './pdf-document.ts';
import { type DrawnPair, drawPair, type Marked, type Side, type Versions, type View } from './pdf-pair.ts';
import { VersionPage } from './pdf-version-page.tsx';
import { Skeleton } from './progress.tsx';
import './pdf-compare.css';

export interface PdfCompareProps {
  readonly bytes: Uint8Array;
  /** Where the signed version ends; the document alone is shown when it is absent. */
  readonly signedEnd?: number;
  readonly signedLabel: string;
  readonly currentLabel: string;
  readonly changes: readonly ComparedChange[];
}

/** The signed and the newest version of a PDF, page beside page, with what changed. Its own chunk: pdf.js is fetched only when it is opened. */
export function PdfCompare(props: PdfCompareProps): ReactNode {
  const { t } = useI18n();
  const { bytes, signedEnd } = props;
  const [versions, setVersions] = useState<Versions>();
  const [refusal, setRefusal] = useState<PdfRefusal>();
  useEffect(() => {
    const current = openPdf(bytes);
    const signed = signedEnd === undefined ? undefined : openPdf(bytes.subarray(0, signedEnd));
    const both = async (): Promise<Versions> => {
      const newest = await current.document;
      // A signed version that no reader could open is a finding of its own; the newest one is still worth a look.
      const older = await signed?.document.catch(() => undefined);
      return { current: newest, ...(older ? { signed: older } : {}) };
    };
    both().then(setVersions, (cause) => setRefusal(refusalOf(cause)));
    return () => {
      current.close();
      signed?.close();
    };
  }, [bytes, signedEnd]);
  if (refusal) return <Notice tone="warning">{t(`versions.${refusal}`)}</Notice>;
  if (!versions) return <Skeleton lines={8} label={t('pdf.loading')} />;
  return (
    <>
      {signedEnd !== undefined && !versions.signed && <Notice tone="warning">{t('versions.signed_broken')}</Notice>}
      <Comparison {...props} versions={versions} />
    </>
  );
}

type ComparisonProps = PdfCompareProps & { readonly versions: Versions };

function Comparison(props: ComparisonProps): ReactNode {
  const { t } = useI18n();
  const { versions, changes } = props;
  const views = useMemo(() => viewsOf(versions.current, changes, versions.signed), [versions, changes]);
  const marked = useMemo(
    () => changes.flatMap(({ key, rect, sides }) => (rect ? [{ key, rect, sides }] : [])),
    [changes],
  );
  const firstChanged = changes.find(({ page }) => page !== undefined);
  const [at, setAt] = useState(() => Math.max(0, firstChanged ? placeOf(views, firstChanged) : 0));
  const [side, setSide] = useState<Side>('current');
  const [large, setLarge] = useState(false);
  const view = views[at] ?? { current: 1 };
  const here = useMemo(
    () => marked.filter(({ key }) => changes.some((one) => one.key === key && isOn(one, view))),
    [marked, changes, view],
  );
  const { drawn, canvases, frame } = usePair(versions, view, { marked: here, large });
  const go = (to: number): void => setAt(Math.min(views.length - 1, Math.max(0, to)));
  const sideOf = (one: Side): ComponentProps<typeof VersionPage> => ({
    side: one,
    label: one === 'signed' ? props.signedLabel : props.currentLabel,
    pages: versions[one]?.numPages ?? 0,
    canvas: canvases[one],
    drawn,
    changes,
    large,
  });
  const pages = (
    <div
      className="compare-pages"
      data-shown={versions.signed ? side : 'current'}
      data-alone={!versions.signed || undefined}
      ref={frame}
    >
      {versions.signed && <VersionPage {...sideOf('signed')} />}
      <VersionPage {...sideOf('current')} />
    </div>
  );
  return (
    <div className="compare">
      <div className="compare-bar">
        {versions.signed && <SideSwitch side={side} onChange={setSide} />}
        <div className="row compare-turn">
          <Button icon="back" onClick={() => go(at - 1)} aria-disabled={at === 0}>
            <span className="visually-hidden">{t('versions.previous')}</span>
          </Button>
          <span className="tabular">{t('pdf.page', { number: at + 1, count: views.length })}</span>
          <Button icon="arrow" onClick={() => go(at + 1)} aria-disabled={at === views.length - 1}>
            <span className="visually-hidden">{t('versions.next')}</span>
          </Button>
        </div>
        <Button tone="quiet" icon="search" aria-pressed={large} onClick={() => setLarge(!large)}>
          {t('versions.large')}
        </Button>
      </div>
      <p role="status" className="small">
        {drawn ? t(saidOf(drawn, Boolean(versions.signed)), { count: drawn.places?.length ?? 0 }) : t('pdf.loading')}
      </p>
      {pages}
      {changes.length > 0 && <ChangeList changes={changes} views={views} onGo={go} />}
      {drawn && <PageText drawn={drawn} />}
    </div>
  );
}

function viewsOf(
  current: PDFDocumentProxy,
  changes: readonly ComparedChange[],
  signed?: PDFDocumentProxy,
): readonly View[] {
  const pages: View[] = Array.from({ length: current.numPages }, (_, index) => ({ current: index + 1 }));
  const gone = changes.flatMap(({ page, removedPage }) =>
    removedPage && page && signed && page <= signed.numPages ? [page] : [],
  );
  return [...pages, ...[...new Set(gone)].map((page) => ({ signed: page }))];
}

function saidOf(drawn: DrawnPair, isPair: boolean) {
  if (!isPair) return 'versions.alone';
  if (!drawn.signed) return 'versions.page_added';
  if (!drawn.current) return 'versions.page_removed';
  if (!drawn.places) return 'versions.page_size';
  return drawn.places.length === 0 ? 'versions.page_same' : 'versions.page_differs';
}

/** Draws the pair whenever the page or the size changes, one at a time. */
function usePair(versions: Versions, view: View, { marked, large }: { marked: readonly Marked[]; large: boolean }) {
  const canvases = { signed: useRef<HTMLCanvasElement>(null), current: useRef<HTMLCanvasElement>(null) };
  const frame = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<DrawnPair>();
  const { signed, current } = canvases;
  useEffect(() => {
    const abort = new AbortController();
    setDrawn(undefined);
    const width = Math.max(320, frame.current?.clientWidth ?? 0) * Math.min(window.devicePixelRatio || 1, 2);
    const order = {
      canvases: { signed: signed.current, current: current.current },
      width: large ? width * 1.6 : width,
      marked,
      signal: abort.signal,
    };
    drawPair(versions, view, order).then(
      (pair) => !abort.signal.aborted && setDrawn(pair),
      () => !abort.signal.aborted && setDrawn({}),
    );
    return () => abort.abort();
  }, [versions, view, marked, large, signed, current]);
  return { drawn, canvases, frame };
}

function SideSwitch(props: { side: Side; onChange: (side: Side) => void }): ReactNode {
  const { t } = useI18n();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would look and be read like a question of a form
    <div className="compare-switch" role="group" aria-label={t('versions.which')}>
      {(['signed', 'current'] as const).map((side) => (
        <Button key={side} aria-pressed={props.side === side} onClick={() => props.onChange(side)}>
          {t(`versions.${side}`)}
        </Button>
      ))}
    </div>
  );
}
