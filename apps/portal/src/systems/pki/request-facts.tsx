import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { CodeBlock, Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow, Timeline, type TimelineItem } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import { CheckList } from '../../ui/verdict-card.tsx';
import { Loaded } from '../loaded.tsx';
import { type CertificateRequest, pkiQueries, type RequestState } from './api.ts';
import { partsOf, SubjectList, textOfName, useProfileLabel } from './names.tsx';
import { type CertificateRequestFacts, readCertificateRequest, UnreadablePkiFile } from './pki-file.ts';
import { nameOf } from './subject.ts';

const tones: Readonly<Record<RequestState, StatusTone>> = {
  submitted: 'waiting',
  'first-approved': 'waiting',
  confirmation: 'waiting',
  ceremony: 'progress',
  correction: 'draft',
  approved: 'progress',
  issued: 'done',
  done: 'done',
  rejected: 'refused',
  withdrawn: 'neutral',
};

/** Where a request stands, in a word. */
export function RequestTag(props: { request: CertificateRequest }): ReactNode {
  const { pick } = useI18n();
  return <StatusTag tone={tones[props.request.state]}>{pick(props.request.stateLabel)}</StatusTag>;
}

/** What a request is about, in a few words. */
export function useRequestSubject(): (request: CertificateRequest) => string {
  const { t } = useI18n();
  return (request) => {
    const parts = partsOf(request.subject);
    const [first] = request.alternativeNames;
    if (parts.length > 0) return nameOf(parts);
    if (first) return textOfName(first);
    return request.target ? t('regist.certificate_number', { serial: request.target }) : t('regist.request');
  };
}

/** What is asked for, by whom, and on what evidence. */
export function RequestFacts(props: { request: CertificateRequest; officer?: boolean }): ReactNode {
  const { t, tc, pick, language } = useI18n();
  const profile = useProfileLabel();
  const { request, officer } = props;
  const { details } = request;
  const rows: SummaryRow[] = [
    { key: 'kind', label: t('regist.kind'), value: t(`regist.kind.${request.kind}`) },
    { key: 'profile', label: t('pkipage.profile'), value: profile(request.profile) },
    { key: 'applicant', label: t('regist.applicant'), value: pick(request.applicant.displayName) },
    { key: 'created', label: t('regist.created'), value: formatDateTime(request.createdAt, language, 'long') },
  ];
  if (details.reason) {
    rows.push({ key: 'reason', label: t('regist.reason'), value: tc(`pki.reason.${details.reason}`) });
  }
  if (details.organization) {
    rows.push({ key: 'organization', label: t('repository.operator'), value: details.organization });
  }
  if (request.target) {
    rows.push({
      key: 'target',
      label: t(request.kind === 'certificate' ? 'regist.renews' : 'regist.target'),
      value: <CertificateLink request={request} serial={request.target} officer={officer ?? false} />,
    });
  }
  const asks = request.kind === 'revocation' || request.kind === 'reinstatement';
  rows.push({ key: 'evidence', label: t(asks ? 'certaction.note' : 'regist.evidence'), value: request.evidence });
  const parts = partsOf(request.subject);
  return (
    <>
      <SummaryList rows={rows} title={t('regist.application')} />
      {(parts.length > 0 || request.alternativeNames.length > 0) && (
        <section className="stack stack-tight stretch" aria-labelledby="subject">
          <h3 id="subject">{t('pkipage.subject')}</h3>
          <SubjectList parts={parts} names={request.alternativeNames} title={t('pkipage.subject')} />
        </section>
      )}
    </>
  );
}

/** Link to a certificate that a request is about, on the side of the portal where the reader is. */
export function CertificateLink(props: { request: CertificateRequest; serial: string; officer: boolean }): ReactNode {
  const { request, serial, officer } = props;
  return (
    <Link
      to={officer ? '/officer/certificates/$authority/$serial' : '/certificates/$authority/$serial'}
      params={{ authority: request.authority, serial }}
    >
      <code>{serial}</code>
    </Link>
  );
}

/** What a machine finds of the request now, and what officers found. */
export function RequestChecks(props: { request: CertificateRequest }): ReactNode {
  const { t, tc, pick, language } = useI18n();
  const { request } = props;
  const { proofing, officers, checks = [] } = request;
  return (
    <section className="stack stretch" aria-labelledby="checks">
      <h2 id="checks">{t('regist.checks')}</h2>
      {checks.length > 0 && (
        <CheckList checks={checks.map(({ check, status }) => ({ code: `regist.check.${check}`, status }))} />
      )}
      {officers.map((one, index) => (
        <SummaryList
          key={one.accountId}
          title={t(index === 0 ? 'regist.first_officer' : 'regist.second_officer')}
          rows={[
            {
              key: 'who',
              label: t(index === 0 ? 'regist.first_officer' : 'regist.second_officer'),
              value: `${pick(one.displayName)}\n${formatDateTime(one.at, language)}`,
            },
            ...(index === 0 && proofing
              ? [
                  {
                    key: 'method',
                    label: t('regist.proofing_was'),
                    value: tc(`regist.method.${proofing.method}`, {}, proofing.method),
                  },
                  { key: 'statement', label: t('regist.statement_was'), value: proofing.statement },
                ]
              : []),
          ]}
        />
      ))}
      {officers.length === 0 && <p className="soft">{t('regist.no_officer_yet')}</p>}
    </section>
  );
}

/** The certification request as it was handed in, decoded here; where it differs from what will be issued is said. */
export function RequestFile(props: { request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const { request } = props;
  const hasFile = request.publicKeySha256 !== null && ['certificate', 'subordinate'].includes(request.kind);
  const wanted = hasFile && !request.details.sameKey;
  const query = useQuery({ ...pkiQueries.csr(request.id, request.version), enabled: wanted });
  if (!hasFile) return null;
  return (
    <section className="stack stretch" aria-labelledby="csr">
      <h2 id="csr">{t('regist.csr')}</h2>
      {request.details.sameKey && <p>{t('regist.same_key')}</p>}
      {request.publicKeySha256 && (
        <SummaryList
          rows={[
            {
              key: 'key',
              label: t('regist.key_fingerprint'),
              value: <Fingerprint value={request.publicKeySha256} what={t('regist.key_fingerprint')} />,
            },
          ]}
        />
      )}
      {wanted && (
        <Loaded query={query} lines={4}>
          {(pem) => <Decoded pem={pem} request={request} />}
        </Loaded>
      )}
    </section>
  );
}

function factsOf(pem: Uint8Array<ArrayBuffer>): CertificateRequestFacts | undefined {
  try {
    return readCertificateRequest(pem);
  } catch (cause) {
    if (cause instanceof UnreadablePkiFile) return undefined;
    throw cause;
  }
}

function Decoded(props: { pem: Uint8Array<ArrayBuffer>; request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const facts = factsOf(props.pem);
  const text = new TextDecoder().decode(props.pem);
  const { subject } = props.request;
  const differs = facts?.subject.some(({ attribute, value }) => subject?.[attribute] !== value) ?? false;
  return (
    <>
      {facts ? (
        <>
          <SummaryList rows={[{ key: 'key', label: t('pkipage.key'), value: facts.key }]} />
          {differs && (
            <Notice tone="warning" title={t('regist.csr_differs')}>
              {t('regist.csr_differs_text')}
            </Notice>
          )}
          <Disclosure label={t('regist.csr_subject')}>
            <SubjectList parts={facts.subject} names={facts.alternativeNames} title={t('regist.csr_subject')} />
          </Disclosure>
        </>
      ) : (
        <Notice tone="warning">{t('regist.csr_unreadable')}</Notice>
      )}
      <Disclosure label={t('regist.csr_text')}>
        <CodeBlock text={text.trim()} what={t('regist.csr')} />
      </Disclosure>
    </>
  );
}

/** Who did what, when and why; newest first. */
export function RequestHistory(props: { request: CertificateRequest }): ReactNode {
  const { t, tc, pick } = useI18n();
  const { request } = props;
  const people = new Map([request.applicant, ...request.officers].map((one) => [one.accountId, one.displayName]));
  const items = (request.events ?? []).map((event, index): TimelineItem => {
    const known = people.get(event.actor);
    return {
      key: `${event.at}-${index}`,
      at: event.at,
      title: tc(`regist.event.${event.action}`, {}, event.action),
      by: known ? pick(known) : event.actor.startsWith('system:') ? t('regist.system') : t('regist.officer'),
      ...(event.note ? { children: <p>{t('request.reason_is', { reason: event.note })}</p> } : {}),
    };
  });
  return (
    <section className="stack stretch" aria-labelledby="history">
      <h2 id="history">{t('request.history')}</h2>
      <Timeline items={items.reverse()} label={t('request.history')} />
    </section>
  );
}
