import { type ReactNode, useEffect } from 'react';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { CodeBlock, Copyable } from '../../ui/copy.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { NewCredential } from './api.ts';
import { commandOf } from './enrol-command.ts';

/** A credential with its secret, and the commands that use it. Leaving by accident is asked about: it cannot be shown again. */
export function CredentialSecret(props: { credential: NewCredential }): ReactNode {
  const { t, language } = useI18n();
  const { credential } = props;
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, []);
  const acme = credential.kind === 'acme';
  return (
    <div className="stack stack-wide stretch">
      <Notice tone="warning" live title={t('credential.once')}>
        {t('credential.once_text')}
      </Notice>
      <SummaryList
        title={t('credential.created')}
        rows={[
          { key: 'label', label: t('credential.label'), value: credential.label },
          {
            key: 'id',
            label: t(acme ? 'credential.key_id' : 'credential.user'),
            value: <Copyable text={credential.id} what={t(acme ? 'credential.key_id' : 'credential.user')} />,
          },
          {
            key: 'secret',
            label: t(acme ? 'credential.mac_key' : 'credential.password'),
            value: <Copyable text={credential.secret} what={t(acme ? 'credential.mac_key' : 'credential.password')} />,
          },
          { key: 'expires', label: t('credential.expires'), value: formatDate(credential.expiresAt, language, 'long') },
        ]}
      />
      <section className="stack stretch" aria-labelledby="commands">
        <h2 id="commands">{t('credential.commands')}</h2>
        <p>{t(acme ? 'credential.commands_acme' : 'credential.commands_est')}</p>
        <CodeBlock text={commandOf(credential, window.location.origin)} what={t('credential.commands')} />
      </section>
      <div className="no-print">
        <ButtonLink tone="primary" to="/officer/credentials">
          {t('credential.kept')}
        </ButtonLink>
      </div>
    </div>
  );
}
