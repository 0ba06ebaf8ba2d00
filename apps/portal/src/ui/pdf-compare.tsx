import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { Disclosure } from './disclosure.tsx';
import { differingLines } from './line-difference.ts';
import { Notice } from './notice.tsx';
import { openPdf, type PdfRefusal, refusalOf } from './pdf-document.ts';
import { type DrawnPair, drawPair, type Marked, type Side, type Versions, type View } from './pdf-pair.ts';
import type { Place } from './pixel-difference.ts';
import { Skeleton } from './progress.tsx';
import { StatusTag, type StatusTone } from './status-tag.tsx';
import './pdf-compare.css';

/** One change after signing, worded for the reader. */
export interface ComparedChange {
  readonly key: string;
  readonly text: string;
  readonly tone: StatusTone;
  readonly word: string;
  readonly page?: number;
  /** The page stands only in the signed version. */
  readonly removedPage: boolean;
  readonly rect?: Marked['rect'];
  readonly sides: readonly Side[];
}

export interface PdfCompareProps {
  readonly bytes: Uint8Array;
  /** Where the signed version ends; the document alone is shown when it is absent. */
  readonly signedEnd?: number;
  readonly signedLabel: string;
  readonly currentLabel: string;
  readonly changes: readonly ComparedChange[];
}

/** The signed and the newest version of a PDF, page beside page, with what changed. Its own chunk: pdf.js is fetched only when it is opened. */
export default function PdfCompare(props: PdfCompareProps): ReactNode {
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
  const pages = (
    <div
      className="compare-pages"
      data-shown={versions.signed ? side : 'current'}
      data-alone={!versions.signed || undefined}
      ref={frame}
    >
      {versions.signed && (
        <VersionPage {...props} side="signed" canvas={canvases.signed} drawn={drawn} view={view} large={large} />
      )}
      <VersionPage {...props} side="current" canvas={canvases.current} drawn={drawn} view={view} large={large} />
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

function isOn({ page, removedPage }: ComparedChange, view: View): boolean {
  return removedPage ? 'signed' in view && view.signed === page : 'current' in view && view.current === page;
}

function placeOf(views: readonly View[], change: ComparedChange): number {
  return views.findIndex((view) => isOn(change, view));
}

function saidOf(drawn: DrawnPair, isPair: boolean) {
  if (!isPair) return 'versions.alone';
  if (!drawn.signed) return 'versions.page_added';
  if (!drawn.current) return 'versions.page_removed';
  if (!drawn.places) return 'versions.page_size';
  return drawn.places.length === 0 ? 'versions.page_same' : 'versions.page_differs';
}

interface Canvas {
  current: HTMLCanvasElement | null;
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

interface VersionPageProps extends ComparisonProps {
  readonly side: Side;
  readonly canvas: Canvas;
  readonly drawn: DrawnPair | undefined;
  readonly view: View;
  readonly large: boolean;
}

function VersionPage(props: VersionPageProps): ReactNode {
  const { t } = useI18n();
  const { side, drawn, changes } = props;
  const label = side === 'signed' ? props.signedLabel : props.currentLabel;
  const own = drawn?.[side];
  const empty = drawn !== undefined && own === undefined;
  return (
    <figure className="compare-side" data-side={side}>
      <figcaption>{label}</figcaption>
      {empty && (
        <p className="compare-empty soft">{t(side === 'signed' ? 'versions.page_added' : 'versions.page_removed')}</p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a page that is larger than its frame is scrolled by keys */}
      <section className="compare-scroll" tabIndex={0} aria-label={label} hidden={empty}>
        <div className="compare-page" data-large={props.large || undefined}>
          <canvas
            ref={props.canvas}
            role="img"
            aria-label={
              own ? t('pdf.page', { number: own.number, count: pagesIn(props.versions, side) }) : t('pdf.loading')
            }
          />
          {drawn?.places?.map((place) => (
            <Spot key={`${place.left} ${place.top}`} place={place} />
          ))}
          {own?.marks.map((mark) => {
            const index = changes.findIndex(({ key }) => key === mark.key);
            return (
              <Spot
                key={mark.key}
                place={mark}
                {...(changes[index] ? { tone: changes[index].tone } : {})}
                number={index + 1}
              />
            );
          })}
        </div>
      </section>
    </figure>
  );
}

function pagesIn(versions: Versions, side: Side): number {
  return versions[side]?.numPages ?? 0;
}

function Spot(props: { place: Place; tone?: StatusTone; number?: number }): ReactNode {
  const { left, top, width, height } = props.place;
  const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;
  return (
    <span
      className="compare-spot"
      aria-hidden="true"
      data-tone={props.tone}
      style={{ left: percent(left), top: percent(top), width: percent(width), height: percent(height) }}
    >
      {props.number !== undefined && <b>{props.number}</b>}
    </span>
  );
}

function ChangeList(props: {
  changes: readonly ComparedChange[];
  views: readonly View[];
  onGo: (at: number) => void;
}): ReactNode {
  const { t } = useI18n();
  return (
    <section className="stack stack-tight stretch" aria-label={t('versions.changes', { count: props.changes.length })}>
      <h4>{t('versions.changes', { count: props.changes.length })}</h4>
      <ol className="compare-changes">
        {props.changes.map((change) => {
          const at = change.page === undefined ? -1 : placeOf(props.views, change);
          return (
            <li key={change.key}>
              <span className="compare-change">
                <StatusTag tone={change.tone}>{change.word}</StatusTag>
                <span>{change.text}</span>
                {at >= 0 && (
                  <Button tone="quiet" onClick={() => props.onGo(at)}>
                    {t('versions.show_page', { number: at + 1 })}
                    <span className="visually-hidden"> {change.text}</span>
                  </Button>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The words of the page, for whoever does not see it: what differs first. */
function PageText(props: { drawn: DrawnPair }): ReactNode {
  const { t } = useI18n();
  const { signed, current } = props.drawn;
  const before = signed?.lines ?? [];
  const after = current?.lines ?? [];
  const pair = signed && current ? differingLines(before, after) : undefined;
  return (
    <Disclosure label={t('versions.text')}>
      <div className="stack stretch">
        {pair && pair.before.length + pair.after.length === 0 && <p>{t('versions.text_same')}</p>}
        <Lines title={t('versions.text_signed_only')} lines={pair?.before ?? []} />
        <Lines title={t('versions.text_current_only')} lines={pair?.after ?? []} />
        <Lines title={t('versions.text_all')} lines={current ? after : before} />
      </div>
    </Disclosure>
  );
}

function Lines(props: { title: string; lines: readonly string[] }): ReactNode {
  if (props.lines.length === 0) return null;
  return (
    <div>
      <p>
        <b>{props.title}</b>
      </p>
      <p className="compare-lines">{props.lines.join('\n')}</p>
    </div>
  );
}
