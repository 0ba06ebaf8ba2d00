import type { ReactNode, RefObject } from 'react';
import { useI18n } from '../i18n/language.tsx';
import type { ComparedChange } from './compared-change.ts';
import type { DrawnPair, DrawnSide, Side } from './pdf-pair.ts';
import type { Place } from './pixel-difference.ts';
import type { StatusTone } from './status-tag.tsx';

interface VersionPageProps {
  readonly label: string;
  readonly pages: number;
  readonly changes: readonly ComparedChange[];
  readonly side: Side;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawn: DrawnPair | undefined;
  readonly large: boolean;
}

/** One side: the page as drawn, with frames around what changed. */
export function VersionPage(props: VersionPageProps): ReactNode {
  const { t } = useI18n();
  const { side, label, drawn, changes } = props;
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
            aria-label={own ? t('pdf.page', { number: own.number, count: props.pages }) : t('pdf.loading')}
          />
          {drawn?.places?.map((place) => (
            <Spot key={`${place.left} ${place.top}`} place={place} />
          ))}
          {marksByPlace(own?.marks ?? []).map(({ place, keys }) => (
            <Spot
              key={keys.join()}
              place={place}
              tone={changes.find(({ key }) => keys.includes(key))?.tone ?? 'unknown'}
              label={keys.map((key) => changes.findIndex((change) => change.key === key) + 1).join(', ')}
            />
          ))}
        </div>
      </section>
    </figure>
  );
}

/** Several changes may be about the same place, such as a note and that it covers something. */
function marksByPlace(marks: DrawnSide['marks']): { readonly place: Place; readonly keys: readonly string[] }[] {
  const found = new Map<string, { place: Place; keys: string[] }>();
  for (const mark of marks) {
    const where = [mark.left, mark.top, mark.width, mark.height].join(' ');
    const one = found.get(where) ?? { place: mark, keys: [] };
    one.keys.push(mark.key);
    found.set(where, one);
  }
  return [...found.values()];
}

function Spot(props: { place: Place; tone?: StatusTone; label?: string }): ReactNode {
  const { left, top, width, height } = props.place;
  const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;
  return (
    <span
      className="compare-spot"
      aria-hidden="true"
      data-tone={props.tone}
      style={{ left: percent(left), top: percent(top), width: percent(width), height: percent(height) }}
    >
      {props.label && <b>{props.label}</b>}
    </span>
  );
}
