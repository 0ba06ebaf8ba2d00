// The few components that every page needs at once. The shell and the home page import from here instead of index.ts, so that
// the first view carries no form controls, tables or dialogs.
export { Button, ButtonHref, ButtonLink } from './button.tsx';
export { Icon } from './icon.tsx';
export { Notice } from './notice.tsx';
export { Page } from './page.tsx';
export { Skeleton } from './progress.tsx';
export { Seal } from './seal.tsx';
