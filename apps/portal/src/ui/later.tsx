import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import type { TextPart } from '../i18n/texts.ts';
import { withTexts } from '../i18n/with-texts.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './progress.tsx';

/** A component in a chunk of its own, with the parts of the texts that it shows. */
export interface LaterPart<P> {
  /** Undefined until it is there. */
  readonly component: ComponentType<P> | undefined;
  load(): Promise<unknown>;
}

type PropsOf<C> = C extends (props: infer P) => ReactNode ? P : never;

/** Names a component that {@link Later} shows. */
export function laterPart<M, N extends keyof M>(
  texts: readonly TextPart[],
  load: () => Promise<M>,
  name: N,
): LaterPart<PropsOf<M[N]>> {
  let component: ComponentType<PropsOf<M[N]>> | undefined;
  let loading: Promise<unknown> | undefined;
  const fetchOnce = async (): Promise<void> => {
    try {
      component = (await withTexts(texts, load)())[name] as ComponentType<PropsOf<M[N]>>;
    } catch (cause) {
      loading = undefined;
      throw cause;
    }
  };
  return {
    get component() {
      return component;
    },
    load: () => {
      loading ??= fetchOnce();
      return loading;
    },
  };
}

/**
 * Shows a component that is fetched when it is needed. Unlike React's `lazy`, a chunk that could not be fetched takes nothing else off the page: its place
 * says so and offers to try again.
 */
export function Later<P extends object>(props: { part: LaterPart<P>; with: P }): ReactNode {
  const { part } = props;
  const [state, setState] = useState<'loading' | 'here' | 'failed'>(part.component ? 'here' : 'loading');
  useEffect(() => {
    if (state !== 'loading') return;
    let wanted = true;
    part.load().then(
      () => wanted && setState('here'),
      () => wanted && setState('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [part, state]);
  if (state === 'failed') return <Missing onAgain={() => setState('loading')} />;
  const Part = part.component;
  return Part ? <Part {...props.with} /> : <Skeleton lines={4} />;
}

function Missing(props: { onAgain: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Notice tone="warning" live actions={<Button onClick={props.onAgain}>{t('failure.retry')}</Button>}>
      {t('ui.partMissing')}
    </Notice>
  );
}
