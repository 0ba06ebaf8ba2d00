import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatBytes, formatDate, formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonHref, ButtonLink } from '../../ui/button.tsx';
import { Copyable, Fingerprint } from '../../ui/copy.tsx';
import { EmptyState, SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import { Loaded } from '../loaded.tsx';
import { type Authority, pkiQueries } from './api.ts';
import { InstallRoot } from './install-root.tsx';
import { keyWords } from './key-words.ts';
import { Documents } from './policy-documents.tsx';
import { nameOfSubject } from './subject.ts';

/** What is published for everybody who checks signatures: authorities, revocation lists, policies, and how to trust the root. */
export function RepositoryPage(): ReactNode {
  const { t } = useI18n();
  const query = useQuery(pkiQueries.authorities());
  const account = useAccount();
  const officer = hasRole(account, 'registrar', 'ca-operator', 'auditor');
  return (
    <Page title={t('repository.title')} lead={t('repository.lead')}>
      <div className="stack stack-wide stretch">
        <div className="row no-print">
          <ButtonLink tone="primary" to="/pki/status">
            {t('repository.check_status')}
          </ButtonLink>
          <ButtonLink to={officer ? '/officer/certificate-requests' : '/certificates'}>
            {t(officer ? 'repository.to_requests' : 'repository.apply')}
          </ButtonLink>
          <ButtonLink tone="quiet" to="/log">
            {t('nav.log')}
          </ButtonLink>
        </div>
        <Loaded query={query} lines={12}>
          {(authorities) => <Published authorities={authorities} />}
        </Loaded>
      </div>
    </Page>
  );
}

function Published(props: { authorities: readonly Authority[] }): ReactNode {
  const { t } = useI18n();
  const published = props.authorities.filter((authority) => authority.fingerprint !== null);
  const root = published.find((authority) => authority.kind === 'root');
  if (published.length === 0) {
    return <EmptyState title={t('repository.empty')}>{t('repository.empty_text')}</EmptyState>;
  }
  const origin = window.location.origin;
  return (
    <>
      <section className="stack stretch" aria-labelledby="authorities">
        <h2 id="authorities">{t('repository.authorities')}</h2>
        <p>{t('repository.authorities_text')}</p>
        {published.map((authority) => (
          <AuthorityCard key={authority.id} authority={authority} all={published} />
        ))}
        <p>
          <a href="/pki/chain.pem">{t('repository.chain')}</a>
        </p>
      </section>
      <section className="stack stretch" aria-labelledby="status-services">
        <h2 id="status-services">{t('repository.services')}</h2>
        <p>{t('repository.services_text')}</p>
        <SummaryList
          rows={[
            {
              key: 'ocsp',
              label: t('repository.ocsp'),
              value: <Copyable text={`${origin}/pki/ocsp`} what={t('repository.ocsp')} />,
            },
            {
              key: 'crl',
              label: t('repository.crl_address'),
              value: <Copyable text={`${origin}/pki/crl/issuing.crl`} what={t('repository.crl_address')} />,
            },
          ]}
        />
      </section>
      <Documents />
      {root && <InstallRoot root={root} />}
    </>
  );
}

const stateTones: Readonly<Record<Authority['state'], StatusTone>> = {
  'awaiting-certificate': 'waiting',
  active: 'holds',
  suspended: 'unknown',
  retired: 'neutral',
};

function AuthorityCard(props: { authority: Authority; all: readonly Authority[] }): ReactNode {
  const { t, language } = useI18n();
  const id = useId();
  const { authority, all } = props;
  const name = nameOfSubject(authority.subject);
  const parent = all.find((one) => one.id === authority.parent);
  const rows: SummaryRow[] = [
    {
      key: 'parent',
      label: t('repository.issued_by'),
      value: parent ? nameOfSubject(parent.subject) : t('repository.self_signed'),
    },
    {
      key: 'validity',
      label: t('pkipage.validity'),
      value: t('pkipage.from_to', {
        from: formatDate(authority.notBefore ?? '', language, 'long'),
        to: formatDate(authority.notAfter ?? '', language, 'long'),
      }),
    },
    {
      key: 'fingerprint',
      label: t('pkipage.fingerprint'),
      value: <Fingerprint value={authority.fingerprint ?? ''} what={name} />,
    },
    { key: 'key', label: t('pkipage.key'), value: keyWords(authority.algorithm) },
    { key: 'serial', label: t('pkipage.serial'), value: <code>{authority.serial}</code> },
    { key: 'crl', label: t('repository.crl'), value: <RevocationList authority={authority} name={name} /> },
  ];
  if (authority.operator) rows.unshift({ key: 'operator', label: t('repository.operator'), value: authority.operator });
  return (
    <article className="card stack stretch" aria-labelledby={id}>
      <div className="row spread">
        <h3 id={id}>{name}</h3>
        <StatusTag tone={stateTones[authority.state]}>{t(`repository.state.${authority.state}`)}</StatusTag>
      </div>
      <p className="soft">{t(`repository.kind.${authority.kind}`)}</p>
      <SummaryList rows={rows} title={name} />
      <div className="row no-print">
        <ButtonHref icon="download" href={`/pki/${authority.id}.crt`} download={`${authority.id}.crt`}>
          {t('repository.download_der')}
          <span className="visually-hidden"> {name}</span>
        </ButtonHref>
        <ButtonHref icon="download" href={`/pki/${authority.id}.pem`} download={`${authority.id}.pem`}>
          {t('repository.download_pem')}
          <span className="visually-hidden"> {name}</span>
        </ButtonHref>
      </div>
    </article>
  );
}

function RevocationList(props: { authority: Authority; name: string }): ReactNode {
  const { t, language } = useI18n();
  const { crl, id } = props.authority;
  if (!crl) return <span className="soft">{t('repository.crl_none')}</span>;
  const late = new Date(crl.nextUpdate) < new Date();
  return (
    <div className="stack stack-tight">
      <span>{t('repository.crl_number', { number: formatNumber(crl.number, language) })}</span>
      <span>{t('repository.crl_this', { when: formatDateTime(crl.thisUpdate, language) })}</span>
      <span>{t('repository.crl_next', { when: formatDateTime(crl.nextUpdate, language) })}</span>
      {late && <StatusTag tone="fails">{t('repository.crl_late')}</StatusTag>}
      {crl.count !== undefined && (
        <span>{t('repository.crl_count', { count: formatNumber(crl.count, language) })}</span>
      )}
      <a className="no-print" href={`/pki/crl/${id}.crl`} download={`${id}.crl`}>
        {t('repository.crl_download', { size: formatBytes(crl.size) })}
        <span className="visually-hidden"> {props.name}</span>
      </a>
    </div>
  );
}
