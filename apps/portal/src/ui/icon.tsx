import type { ReactNode } from 'react';
import './icon.css';

const paths = {
  check: 'M4.5 12.5l5 5 10-11',
  cross: 'M6 6l12 12M18 6L6 18',
  question: 'M8.6 9a3.5 3.5 0 1 1 5.3 3c-1.2.7-1.9 1.4-1.9 2.7M12 18.6v.1',
  warning: 'M12 3.5L2.5 20h19zM12 9.5v5M12 17.3v.1',
  info: 'M12 11v6M12 7.3v.1M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z',
  clock: 'M12 7v5.4l3.4 2M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z',
  pencil: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z',
  arrow: 'M4 12h15M13 6l6 6-6 6',
  back: 'M20 12H5M11 6l-6 6 6 6',
  down: 'M5.5 9l6.5 6.5L18.5 9',
  file: 'M6 2.8h8l4.5 4.5v13.9H6zM14 2.8v4.7h4.5',
  upload: 'M12 16V4.5M7 9l5-5 5 5M4.5 15.5v4.7h15v-4.7',
  download: 'M12 4v11.5M7 11l5 5 5-5M4.5 16.5v3.7h15v-3.7',
  copy: 'M8.5 8.5h11v12h-11zM15.5 8V3.8h-11v12H8',
  camera: 'M3.5 7.5h4l1.6-2.7h5.8l1.6 2.7h4v11.7h-17zM12 9.7a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  trash: 'M5 7h14M9.5 7V4h5v3M7 7l.8 13.2h8.4L17 7M10.3 10.5v6.2M13.7 10.5v6.2',
  person: 'M12 3.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.2A8.5 8.5 0 1 1 9.8 4a7 7 0 0 0 10.2 10.2z',
  auto: 'M12 2.8a9.2 9.2 0 1 0 0 18.4zM12 2.8a9.2 9.2 0 0 1 0 18.4M15 6.5h4M16 10h5M16 14h5M15 17.5h4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3L20.5 20.5',
  seal: 'M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4zM8 12.3l3 3 5.3-6',
  lock: 'M5.5 10.5h13v10h-13zM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing beside a word; it never carries meaning alone, so it is hidden from screen readers. */
export function Icon(props: { name: IconName; size?: 'small' | 'large' }): ReactNode {
  return (
    <svg className={`icon ${props.size ?? ''}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[props.name]} />
    </svg>
  );
}
