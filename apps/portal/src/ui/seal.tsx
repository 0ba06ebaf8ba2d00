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
      <circle className="seal-disc" cx="32" cy="32" r="27.5" />
      <circle className="seal-edge" cx="32" cy="32" r="27.5" />
      <circle className="seal-line" cx="32" cy="32" r="24" strokeWidth="1.2" />
      <path
        className="seal-line"
        strokeWidth="4"
        d="M22.5 42V30c0-5.6 2.6-8.8 5.6-8.8 1.9 0 3.1.9 3.9 2.4.8-1.5 2-2.4 3.9-2.4 3 0 5.6 3.2 5.6 8.8v12M22.5 34.5l5 4.8 8.6-9.8"
      />
    </svg>
  );
}
