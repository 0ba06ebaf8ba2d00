import type { ReactNode } from 'react';
import type { TextKey } from '../../i18n/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { CodeBlock, Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Authority } from './api.ts';
import { nameOfSubject } from './subject.ts';

interface Way {
  readonly key: 'windows' | 'macos' | 'linux' | 'firefox' | 'android' | 'ios' | 'adobe';
  readonly steps: 3 | 4;
  readonly commands?: (origin: string, id: string) => string;
}

const ways: readonly Way[] = [
  { key: 'windows', steps: 4, commands: (_origin, id) => `certutil -hashfile ${id}.crt SHA256` },
  { key: 'macos', steps: 4, commands: (_origin, id) => `shasum -a 256 ${id}.crt` },
  {
    key: 'linux',
    steps: 3,
    commands: (origin, id) =>
      [
        `curl -O ${origin}/pki/${id}.crt -O ${origin}/pki/${id}.pem`,
        `sha256sum ${id}.crt`,
        `sudo install -m 644 ${id}.pem /usr/local/share/ca-certificates/${id}-ca.crt`,
        'sudo update-ca-certificates',
      ].join('\n'),
  },
  { key: 'firefox', steps: 4 },
  { key: 'android', steps: 4 },
  { key: 'ios', steps: 4 },
  { key: 'adobe', steps: 4 },
];

/** How to make a device trust the root: the fingerprint first, because whoever can forge the file can forge this page. */
export function InstallRoot(props: { root: Authority }): ReactNode {
  const { t } = useI18n();
  const { root } = props;
  const name = nameOfSubject(root.subject);
  return (
    <section className="stack stretch" aria-labelledby="install">
      <h2 id="install">{t('install.title')}</h2>
      <p>{t('install.text')}</p>
      <Notice tone="warning" title={t('install.check_title')}>
        <p>{t('install.check_text')}</p>
        <p>{t('install.fingerprint_of', { name })}</p>
        <Fingerprint value={root.fingerprint ?? ''} what={name} />
      </Notice>
      <div>
        {ways.map((way) => (
          <InstallWay key={way.key} way={way} id={root.id} />
        ))}
      </div>
    </section>
  );
}

function InstallWay(props: { way: Way; id: string }): ReactNode {
  const { t } = useI18n();
  const { key, steps, commands } = props.way;
  const label = t(`install.${key}`);
  const numbers = Array.from({ length: steps }, (_, index) => index + 1);
  return (
    <Disclosure label={label}>
      <div className="stack stretch">
        <ol className="stack stack-tight">
          {numbers.map((number) => (
            <li key={number}>{t(`install.${key}.${number}` as TextKey, { file: `${props.id}.crt` })}</li>
          ))}
        </ol>
        {commands && <CodeBlock text={commands(window.location.origin, props.id)} what={label} />}
      </div>
    </Disclosure>
  );
}
