import { type ReactNode, useEffect } from 'react';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { CodeBlock, Copyable } from '../../ui/copy.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { NewCredential } from './api.ts';

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

/** The command that enrols with a credential: certbot for ACME, openssl and curl for EST. */
export function commandOf(
  credential: Pick<NewCredential, 'kind' | 'id' | 'secret' | 'names' | 'profile' | 'label'>,
  origin: string,
): string {
  const { id, secret } = credential;
  const name = credential.names[0] ?? 'www.example.go.th';
  if (credential.kind === 'acme') {
    return [
      'certbot certonly --standalone \\',
      `  --server ${origin}/acme/directory \\`,
      `  --eab-kid ${id} --eab-hmac-key ${secret} \\`,
      `  -d ${name}`,
    ].join('\n');
  }
  const request =
    credential.profile === 'tls-server'
      ? `openssl req -new -key key.pem -subj /CN=${name} -addext subjectAltName=DNS:${name} -outform DER |`
      : 'openssl req -new -key key.pem -subj / -outform DER |';
  return [
    'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem',
    request,
    '  openssl base64 |',
    `  curl -sS -u ${id}:${secret} -H 'content-type: application/pkcs10' --data-binary @- \\`,
    `    ${origin}/.well-known/est/simpleenroll |`,
    '  base64 -d | openssl pkcs7 -inform DER -print_certs -out certificate.pem',
  ].join('\n');
}
