import type { HtmlTagDescriptor, Plugin } from 'vite';

/** Fonts of the first view: reading text and headings, Thai glyphs. Latin glyphs follow by unicode-range. */
const firstFonts = [
  /ibm-plex-sans-thai-looped-thai-400-normal.*\.woff2$/,
  /ibm-plex-sans-thai-thai-600-normal.*\.woff2$/,
];

/** Lets the browser fetch the fonts and the texts of the chosen language while the script is still being read. */
export function preloadFirstView(): Plugin {
  return {
    name: 'tra:preload-first-view',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const files = Object.values(context.bundle ?? {});
        const texts = (name: string) =>
          files.find((file) => file.type === 'chunk' && file.name === name)?.fileName ?? '';
        const tags: HtmlTagDescriptor[] = firstFonts.flatMap((pattern) => {
          const font = files.find((file) => pattern.test(file.fileName));
          if (!font) return [];
          const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${font.fileName}` };
          return [{ tag: 'link', attrs, injectTo: 'head' as const }];
        });
        const home = files.find((file) => file.type === 'chunk' && file.name === 'home-page');
        const named = `<script src="/preferences.js" data-th="/${texts('messages-th')}" data-en="/${texts('messages-en')}" data-home="/${home?.fileName}">`;
        return { html: html.replace('<script src="/preferences.js">', named), tags };
      },
    },
  };
}
