import type { ReactNode } from 'react';
import './seal.css';

/** The mark of the product and of an issued document: a vermilion seal holding ต and a check. Give `label` when it stands alone. */
export function Seal(props: { label?: string; size?: 'mark' | 'large' }): ReactNode {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: titled whenever it is not hidden
    <svg
      className={`seal ${props.size ?? 'mark'}`}
      viewBox="0 0 64 64"
      focusable="false"
      role={props.label ? 'img' : 'presentation'}
      aria-hidden={props.label ? undefined : true}
    >
      {props.label && <title>{props.label}</title>}
      <circle cx="32" cy="32" r="28" strokeWidth="4" />
      <circle cx="32" cy="32" r="21.5" strokeWidth="1.6" />
      <path strokeWidth="4.4" d="M22.5 40.5V29.2c0-5.6 3.8-9.2 9.5-9.2s9.5 3.6 9.5 9.2v11.3M22.5 33.5l5 5 9-10.5" />
    </svg>
  );
}
