import type { Marked, Side, View } from './pdf-pair.ts';
import type { StatusTone } from './status-tag.tsx';

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

/** Whether a change lies on the page that is looked at. */
export function isOn({ page, removedPage }: ComparedChange, view: View): boolean {
  return removedPage ? 'signed' in view && view.signed === page : 'current' in view && view.current === page;
}

/** Where among the pages a change lies; -1 when nowhere. */
export function placeOf(views: readonly View[], change: ComparedChange): number {
  return views.findIndex((view) => isOn(change, view));
}
