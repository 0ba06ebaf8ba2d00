import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { Seal } from '../ui/index.ts';
import { sample } from './samples.ts';

const colours = [
  'paper',
  'surface',
  'sunken',
  'ink',
  'ink-soft',
  'rule',
  'control-edge',
  'action',
  'action-wash',
  'holds',
  'holds-wash',
  'unknown',
  'unknown-wash',
  'fails',
  'fails-wash',
  'seal',
];

/** Colours, type and the seal. */
export function FoundationSamples(): ReactNode {
  const { t, language } = useI18n();
  const words = sample[language];
  return (
    <div className="stack stretch">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
      <ul role="list" className="swatches">
        {colours.map((name) => (
          <li key={name}>
            <span className="swatch" style={{ background: `var(--${name})` }} />
            <code>{name}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <Seal label={t('app.name')} size="large" />
        <Seal label={t('app.name')} />
      </div>
      <div className="stack">
        <p className="style-h1">{words.service}</p>
        <p className="style-h2">{words.service}</p>
        <p className="lead">{words.pangram}</p>
        <p>{words.pangram}</p>
        <p className="small soft">{words.pangram}</p>
        <p className="tabular">0123456789 · ๐๑๒๓๔๕๖๗๘๙ · 1,250.00</p>
      </div>
    </div>
  );
}
