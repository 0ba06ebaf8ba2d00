import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type PublicLicence, queries } from '../../api/index.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { type VerdictAnswer, VerdictCard } from '../../ui/verdict-card.tsx';
import { Loaded } from '../loaded.tsx';
import { type Standing, standingOf } from './standing.ts';

const route = getRouteApi('/v/$publicId');

/** What the register says about a licence now, for whoever scanned its QR code. */
export function RecordPage(): ReactNode {
  const { t, pick } = useI18n();
  const { publicId } = route.useParams();
  const query = useQuery(queries.publicLicence(publicId));
  const missing = {
    title: t('record.missing'),
    text: t('record.missing_text'),
    action: <ButtonLink to="/validate">{t('record.validate_link')}</ButtonLink>,
  };
  return (
    <Page title={t('record.title')} kicker={query.data && pick(query.data.service.title)}>
      <div className="stack stack-wide stretch">
        <Loaded query={query} lines={8} missing={missing}>
          {(licence) => <RecordBody licence={licence} stale={query.isError} />}
        </Loaded>
        <Domain />
      </div>
    </Page>
  );
}

function RecordBody(props: { licence: PublicLicence; stale: boolean }): ReactNode {
  const { t, pick, language } = useI18n();
  const { licence, stale } = props;
  const standing = standingOf(licence);
  const name = typeof licence.holder === 'string' ? licence.holder : pick(licence.holder);
  const date = (value: string): string => formatDate(value, language, 'long');
  const when = {
    active: '',
    revoked: formatDateTime(licence.statusSince, language, 'long'),
    suspended: formatDateTime(licence.statusSince, language, 'long'),
    superseded: formatDateTime(licence.statusSince, language, 'long'),
    expired: date(licence.validTo),
    not_yet: date(licence.validFrom),
  }[standing];
  const holds = standing === 'active' ? 'passed' : 'failed';
  const agency = pick(licence.agency.name);
  const inTime = standing === 'expired' || standing === 'not_yet' ? 'failed' : 'passed';
  const answers: VerdictAnswer[] = [
    {
      question: 'signer',
      status: 'passed',
      code: 'record.answer.issuer',
      params: { agency, when: date(licence.issuedAt) },
      checks: [],
    },
    {
      question: 'time',
      status: inTime,
      code: 'licence.valid_between',
      params: { from: date(licence.validFrom), to: date(licence.validTo) },
      checks: [],
    },
    {
      question: 'status',
      status: holds,
      code: `record.summary_text.${standing}`,
      params: { agency, when },
      checks: [],
    },
  ];
  const checked = formatDateTime(licence.checkedAt, language, 'long');
  return (
    <>
      <VerdictCard
        verdict={holds}
        summary={{ code: `record.summary.${standing}` }}
        answers={answers}
        subject={`${name} · ${licence.number}`}
      >
        <div className="stack stretch">
          <SummaryList
            rows={[
              { key: 'holder', label: t('licence.holder'), value: <b>{name}</b> },
              { key: 'number', label: t('licence.number'), value: <b className="tabular">{licence.number}</b> },
              ...(licence.statusReason && standing !== 'active'
                ? [{ key: 'reason', label: t('record.reason'), value: licence.statusReason }]
                : []),
            ]}
          />
          <p>{t('record.compare')}</p>
        </div>
      </VerdictCard>
      {stale ? (
        <Notice tone="warning" live>
          {t('record.checked_stale', { when: checked })}
        </Notice>
      ) : (
        <p className="soft small">{t('record.checked_at', { when: checked })}</p>
      )}
      <Announce standing={standing} />
      <Further licence={licence} />
    </>
  );
}

/** Reads a change of the status out, while the page is open. */
function Announce(props: { standing: Standing }): ReactNode {
  const { t } = useI18n();
  const before = useRef(props.standing);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current === props.standing) return;
    before.current = props.standing;
    setSaid(t('record.live', { state: t(`record.summary.${props.standing}`) }));
  }, [props.standing, t]);
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}

function Further(props: { licence: PublicLicence }): ReactNode {
  const { t } = useI18n();
  const address = window.location.origin + window.location.pathname;
  return (
    <div className="stack stretch">
      <div className="row no-print">
        <Button onClick={() => window.print()}>{t('record.print')}</Button>
        <ButtonLink tone="quiet" to="/validate">
          {t('record.validate_link')}
        </ButtonLink>
      </div>
      <Disclosure label={t('record.details')}>
        <SummaryList
          rows={[
            {
              key: 'sha256',
              label: t('record.fingerprint'),
              value: <span className="small mono">{props.licence.documentSha256}</span>,
            },
          ]}
        />
      </Disclosure>
      <div className="print-only stack">
        <QrCode content={address} label={t('licence.qr', { number: props.licence.number })} />
        <p className="small">{address}</p>
      </div>
    </div>
  );
}

/** A fake page can copy everything but its address. */
function Domain(): ReactNode {
  const { t } = useI18n();
  return <Notice title={t('record.domain_title', { host: window.location.host })}>{t('record.domain_text')}</Notice>;
}
