// Runs before the first paint, so that a chosen theme or language never flashes, and has the texts of that language fetched early.
(() => {
  const page = document.documentElement;
  const texts = document.currentScript.dataset;
  const asked = new URLSearchParams(location.search).get('lang');
  let theme;
  let language = asked;
  try {
    theme = localStorage.getItem('tra.theme');
    if (asked !== 'en' && asked !== 'th') language = localStorage.getItem('tra.language');
  } catch {
    // Storage may be refused (private mode): the defaults of the page stand.
  }
  if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
  page.lang = language === 'en' ? 'en' : 'th';
  const early = [texts[page.lang], location.pathname === '/' && texts.home];
  for (const href of early) {
    if (href) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }));
  }
})();
