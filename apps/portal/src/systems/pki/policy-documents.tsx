import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatDate, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonHref } from '../../ui/button.tsx';
import { Fingerprint } from '../../ui/copy.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { pkiQueries, type TrustedList } from './api.ts';

/** The documents by which certificates are issued here, and the trusted list where one is published. */
export function Documents(): ReactNode {
  const { t } = useI18n();
  const list = useQuery(pkiQueries.trustedList());
  return (
    <>
      <section className="stack stretch" aria-labelledby="policies">
        <h2 id="policies">{t('repository.policies')}</h2>
        <p>{t('repository.policies_text')}</p>
        <p className="soft">{t('repository.policies_none')}</p>
      </section>
      {list.data && <Trusted list={list.data} />}
    </>
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
