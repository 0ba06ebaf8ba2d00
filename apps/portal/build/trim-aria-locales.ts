import type { Plugin } from 'vite';

const locale = /[\\/]intl[\\/].*[\\/]([a-z]{2}-[A-Z]{2})\.m?js$/;

/** react-aria carries its own few phrases in 30 languages; the portal writes its own, so only English is kept as a fallback. */
export function trimAriaLocales(): Plugin {
  return {
    name: 'tra:trim-aria-locales',
    enforce: 'pre',
    load(id) {
      const match = locale.exec(id.split('?')[0] ?? '');
      if (match && match[1] !== 'en-US' && id.includes('react-aria')) return 'export default {};';
      return null;
    },
  };
}
