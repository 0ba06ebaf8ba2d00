import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAccount } from '../../api/index.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { CodeBlock, Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow, Timeline } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { type Certificate, pkiQueries } from './api.ts';
import { CertificateActions } from './certificate-actions.tsx';
import { CertificateDownloads } from './certificate-downloads.tsx';
import { CertificateTag, SubjectList, useProfileLabel } from './names.tsx';
import { RegistrarsOnly } from './registrars-only.tsx';
import { nameOfSubject, readSubject } from './subject.ts';

/** A certificate for the officers of the register. */
export function OfficerCertificatePage(): ReactNode {
  const { t } = useI18n();
  return (
    <RegistrarsOnly>
      <CertificatePage side="officer" back={{ to: '/officer/certificates', label: t('regist.to_certificates') }} />
    </RegistrarsOnly>
  );
}

/** A certificate for its holder. */
export function OwnCertificatePage(): ReactNode {
  const { t } = useI18n();
  return <CertificatePage side="holder" back={{ to: '/certificates', label: t('nav.certificates') }} />;
}

function CertificatePage(props: {
  side: 'officer' | 'holder';
  back: { readonly to: string; readonly label: string };
}): ReactNode {
  const { t } = useI18n();
  const { authority = '', serial = '' } = useParams({ strict: false });
  const query = useQuery(pkiQueries.certificate(authority, serial));
  const profile = useProfileLabel();
  const certificate = query.data;
  return (
    <Page
      title={certificate ? nameOfSubject(certificate.subject) || serial : t('regist.certificate')}
      kicker={certificate && profile(certificate.profile)}
      aside={certificate && <CertificateTag status={certificate.status} />}
      back={props.back}
      width="wide"
    >
      <Loaded
        query={query}
        lines={10}
        missing={{ title: t('regist.certificate_missing'), text: t('regist.certificate_missing_text') }}
      >
        {(data) => <Body certificate={data} side={props.side} />}
      </Loaded>
    </Page>
  );
}

function Body(props: { certificate: Certificate; side: 'officer' | 'holder' }): ReactNode {
  const { t } = useI18n();
  const { certificate, side } = props;
  const account = useAccount();
  const own = certificate.holder !== null && certificate.holder === account?.id;
  return (
    <div className="stack stack-wide stretch">
      <Trouble certificate={certificate} />
      <CertificateActions certificate={certificate} own={own} side={side} />
      <div className="two-columns">
        <div className="stack stack-wide stretch">
          <Facts certificate={certificate} side={side} />
          <CertificateDownloads certificate={certificate} />
        </div>
        <div className="stack stack-wide stretch">
          <Changes certificate={certificate} />
          <section className="stack stretch" aria-labelledby="public">
            <h2 id="public">{t('regist.public')}</h2>
            <p>{t('regist.public_text')}</p>
            <div className="row">
              <ButtonLink to="/pki/status" search={{ serial: certificate.serial }}>
                {t('regist.public_status')}
              </ButtonLink>
              {certificate.fingerprint && (
                <ButtonLink tone="quiet" to="/log" search={{ sha256: certificate.fingerprint }}>
                  {t('nav.log')}
                </ButtonLink>
              )}
            </div>
          </section>
        </div>
      </div>
    </div>
  );
}

/** Why a certificate does not hold; nothing while it does. */
function Trouble(props: { certificate: Certificate }): ReactNode {
  const { t, tc, language } = useI18n();
  const { status, statusSince, reason, notAfter, notBefore } = props.certificate;
  if (status === 'valid') return null;
  if (status === 'revoked' || status === 'suspended') {
    const params = {
      since: formatDateTime(statusSince ?? '', language, 'long'),
      reason: tc(`pki.reason.${reason ?? 'unspecified'}`),
    };
    return (
      <Notice tone={status === 'revoked' ? 'danger' : 'warning'} title={t(`certstatus.answer.${status}`)}>
        {t(`certstatus.now.${status}`, params)}
      </Notice>
    );
  }
  const when = formatDate(status === 'expired' ? notAfter : notBefore, language, 'long');
  return (
    <Notice tone="warning" title={t(`certstatus.answer.${status}`)}>
      {t(status === 'expired' ? 'regist.expired_on' : 'regist.starts_on', { when })}
    </Notice>
  );
}

function Facts(props: { certificate: Certificate; side: 'officer' | 'holder' }): ReactNode {
  const { t, tc, language } = useI18n();
  const { certificate, side } = props;
  const { predecessor } = certificate;
  const authorities = useQuery(pkiQueries.authorities());
  const authority = authorities.data?.find((one) => one.id === certificate.authority);
  const issuer = nameOfSubject(authority?.subject) || certificate.authority;
  const rows: SummaryRow[] = [
    {
      key: 'validity',
      label: t('pkipage.validity'),
      value: t('pkipage.from_to', {
        from: formatDate(certificate.notBefore, language, 'long'),
        to: formatDate(certificate.notAfter, language, 'long'),
      }),
    },
    { key: 'serial', label: t('pkipage.serial'), value: <code>{certificate.serial}</code> },
    { key: 'authority', label: t('repository.issued_by'), value: issuer },
    {
      key: 'channel',
      label: t('regist.channel'),
      value: tc(`regist.channel.${certificate.channel}`, {}, certificate.channel),
    },
  ];
  if (certificate.fingerprint) {
    rows.push({
      key: 'fingerprint',
      label: t('pkipage.fingerprint'),
      value: <Fingerprint value={certificate.fingerprint} what={certificate.serial} />,
    });
  }
  if (predecessor) {
    const to = side === 'officer' ? '/officer/certificates/$authority/$serial' : '/certificates/$authority/$serial';
    const link = (
      <Link to={to} params={predecessor}>
        <code>{predecessor.serial}</code>
      </Link>
    );
    rows.push({ key: 'predecessor', label: t('regist.renews'), value: link });
  }
  return (
    <section className="stack stretch" aria-labelledby="facts">
      <h2 id="facts">{t('certstatus.details')}</h2>
      <SubjectList parts={readSubject(certificate.subject)} title={t('pkipage.subject')} />
      <SummaryList rows={rows} title={t('certstatus.details')} />
      {certificate.pem && (
        <Disclosure label={t('regist.show_pem')}>
          <CodeBlock text={certificate.pem.trim()} what={certificate.serial} />
        </Disclosure>
      )}
    </section>
  );
}

function Changes(props: { certificate: Certificate }): ReactNode {
  const { t, tc } = useI18n();
  const changes = props.certificate.changes ?? [];
  return (
    <section className="stack stretch" aria-labelledby="changes">
      <h2 id="changes">{t('regist.changes')}</h2>
      {changes.length === 0 ? (
        <p className="soft">{t('regist.changes_none')}</p>
      ) : (
        <Timeline
          label={t('regist.changes')}
          items={[...changes].reverse().map((one, index) => ({
            key: `${one.at}-${index}`,
            at: one.at,
            title: t(`regist.change.${one.change}`),
            ...(one.change === 'revoked' ? { children: <p>{tc(`pki.reason.${one.reason}`)}</p> } : {}),
          }))}
        />
      )}
    </section>
  );
}
