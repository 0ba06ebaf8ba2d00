import { Fragment, type ReactNode } from 'react';
import { useI18n } from './language.tsx';

const thai = /[\u0E00-\u0E7F]/;

function browserWrapsThai(): boolean {
  return typeof CSS !== 'undefined' && CSS.supports('word-break', 'auto-phrase');
}

/** Words of a Thai text by ICU; the text whole where the browser has no segmenter. */
export function splitWords(text: string): string[] {
  if (typeof Intl.Segmenter === 'undefined') return [text];
  return [...new Intl.Segmenter('th', { granularity: 'word' }).segment(text)].map((part) => part.segment);
}

/** Lets a Thai heading break between words in browsers that cannot do so themselves. */
export function Words(props: { children: string }): ReactNode {
  const { language } = useI18n();
  const text = props.children;
  if (language !== 'th' || !thai.test(text) || browserWrapsThai()) return text;
  return splitWords(text).map((word, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: words have no identity beside their place
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
