import { type AsyncRouteComponent, lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { TextPart } from '../i18n/texts.ts';
import { withTexts } from '../i18n/with-texts.ts';

/** A page that is fetched when it is opened, or about to be, together with the parts of the texts that it shows beyond those of a first view. */
export function lazyPage<N extends string>(
  parts: readonly TextPart[],
  load: () => Promise<{ readonly [name in N]: ComponentType }>,
  name: N,
): AsyncRouteComponent<object> {
  return lazyRouteComponent(withTexts(parts, load), name);
}
