import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatDate, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonHref } from '../../ui/button.tsx';
import { Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Loaded } from '../loaded.tsx';
import { type PolicyText, pkiQueries, type TrustedList } from './api.ts';

/** The documents by which certificates are issued here, and the trusted list where one is published. */
export function Documents(): ReactNode {
  const { t } = useI18n();
  const list = useQuery(pkiQueries.trustedList());
  const policies = useQuery(pkiQueries.policies());
  return (
    <>
      <section className="stack stretch" aria-labelledby="policies">
        <h2 id="policies">{t('repository.policies')}</h2>
        <p>{t('repository.policies_text')}</p>
        <Loaded query={policies} lines={3}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="soft">{t('repository.policies_none')}</p>
            ) : (
              items.map((one) => <PolicyCard key={one.document} policy={one} />)
            )
          }
        </Loaded>
      </section>
      {list.data && <Trusted list={list.data} />}
    </>
  );
}

function PolicyCard(props: { policy: PolicyText }): ReactNode {
  const { t, pick, language } = useI18n();
  const { title, oid, page, current, versions } = props.policy;
  const name = pick(title);
  const version = ({ version: number, effectiveAt }: PolicyText['current']): string =>
    t('repository.policy_version', {
      number: formatNumber(number, language),
      when: formatDate(effectiveAt, language, 'long'),
    });
  const earlier = versions.filter((one) => one.version !== current.version);
  return (
    <article className="card stack stretch" aria-label={name}>
      <h3>
        {/* A page of the server, in the reader's language. */}
        <a href={`${page}?lang=${language}`}>{name}</a>
      </h3>
      <SummaryList
        title={name}
        rows={[
          { key: 'version', label: t('repository.policy_in_force'), value: version(current) },
          { key: 'oid', label: 'OID', value: <code>{oid}</code> },
          { key: 'sha256', label: 'SHA-256', value: <Fingerprint value={current.sha256} what={name} /> },
        ]}
      />
      {earlier.length > 0 && (
        <Disclosure label={t('repository.policy_earlier')} context={name}>
          <ul>
            {earlier.map((one) => (
              <li key={one.version}>
                <a href={`${one.page}&lang=${language}`}>{version(one)}</a>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </article>
  );
}

function Trusted(props: { list: TrustedList }): ReactNode {
  const { t, language } = useI18n();
  const { list } = props;
  return (
    <section className="stack stretch" aria-labelledby="trusted-list">
      <h2 id="trusted-list">{t('repository.trusted')}</h2>
      <p>{t('repository.trusted_text')}</p>
      <SummaryList
        title={t('repository.trusted')}
        rows={[
          {
            key: 'number',
            label: t('repository.trusted_edition'),
            value: t('repository.crl_number', { number: formatNumber(list.sequence, language) }),
          },
          {
            key: 'issued',
            label: t('pkipage.validity'),
            value: t('pkipage.from_to', {
              from: formatDate(list.issuedAt, language, 'long'),
              to: formatDate(list.nextUpdate, language, 'long'),
            }),
          },
          {
            key: 'services',
            label: t('repository.trusted_services'),
            value: formatNumber(list.services.length, language),
          },
          {
            key: 'signer',
            label: t('repository.trusted_signer'),
            value: <Fingerprint value={list.signer.sha256} what={t('repository.trusted_signer')} />,
          },
        ]}
      />
      <div className="row no-print">
        <ButtonHref icon="download" href={list.url} download="trusted-list.xml">
          {t('repository.trusted_download')}
        </ButtonHref>
        <ButtonHref icon="download" href={list.signer.url} download="trusted-list-signer.pem">
          {t('repository.trusted_signer_download')}
        </ButtonHref>
      </div>
    </section>
  );
}
