import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { daysUntil, formatDate, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonHref } from '../../ui/button.tsx';
import { CodeBlock, Copyable, Fingerprint } from '../../ui/copy.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import { Loaded } from '../loaded.tsx';
import { saveFile } from '../save-file.ts';
import { type Authority, type AuthorityCertificate, type AuthorityPolicy, timestampQueries } from './api.ts';
import { accuracyWords } from './exact-time.ts';
import { TimestampPages } from './pages-nav.tsx';

/** What the authority is: clock, addresses, policies, certificates, and its practice statement. */
export function AuthorityPage(): ReactNode {
  const { t } = useI18n();
  const query = useQuery(timestampQueries.authority());
  return (
    <Page title={t('stampabout.title')} lead={t('stampabout.lead')} width="wide">
      <div className="stack stack-wide stretch">
        <TimestampPages />
        <Loaded query={query} lines={8}>
          {(authority) => <About authority={authority} />}
        </Loaded>
      </div>
    </Page>
  );
}

const clockTones: Readonly<Record<Authority['clock'], StatusTone>> = {
  'in-sync': 'holds',
  'soon-out': 'unknown',
  out: 'fails',
  unknown: 'fails',
  unsupervised: 'unknown',
};

function About(props: { authority: Authority }): ReactNode {
  const { t, language } = useI18n();
  const { authority } = props;
  const { clock, endpoints, anonymous, anonymousPerDay, subscribers } = authority;
  const key = anonymous ? (anonymousPerDay === undefined ? 'free' : 'free_quota') : 'needed';
  const address = (name: keyof Authority['endpoints']) => ({
    key: name,
    label: t(`stampabout.endpoint.${name}`),
    value: <Copyable text={endpoints[name]} what={t(`stampabout.endpoint.${name}`)} />,
  });
  return (
    <>
      <section className="stack stretch" aria-labelledby="state">
        <h2 id="state">{t('stampabout.state')}</h2>
        <SummaryList
          title={t('stampabout.state')}
          rows={[
            {
              key: 'clock',
              label: t('stampabout.clock'),
              value: <StatusTag tone={clockTones[clock]}>{t(`stampabout.clock.${clock}`)}</StatusTag>,
            },
            {
              key: 'key',
              label: t('stampabout.who'),
              value: [
                t(`stampabout.who.${key}`, { count: formatNumber(anonymousPerDay ?? 0, language) }),
                ...(subscribers ? [t('stampabout.who.subscribers')] : []),
              ].join(' '),
            },
            address('query'),
            address('tokens'),
            address('batches'),
          ]}
        />
      </section>
      <Policies policies={authority.policies} />
      <Certificates certificates={authority.certificates} chain={endpoints.chain} />
      <section className="stack stretch" aria-labelledby="programs">
        <h2 id="programs">{t('stampabout.programs')}</h2>
        <p>{t('stampabout.programs_text')}</p>
        <CodeBlock text={commandsFor(endpoints.query)} what={t('stampabout.programs')} />
        <p>{t('stampabout.programs_key')}</p>
      </section>
      <section className="stack stretch" aria-labelledby="practice">
        <h2 id="practice">{t('stampabout.practice')}</h2>
        <p>{t('stampabout.practice_text')}</p>
        <div className="no-print">
          <ButtonHref icon="file" href="/timestamp/practice-statement">
            {t('stampabout.practice_open')}
          </ButtonHref>
        </div>
      </section>
    </>
  );
}

function commandsFor(address: string): string {
  return [
    'openssl ts -query -data file.pdf -sha256 -cert -out file.tsq',
    `curl -sH 'content-type: application/timestamp-query' --data-binary @file.tsq ${address} -o file.pdf.tsr`,
    `jarsigner -tsa ${address} app.jar alias`,
    'tra timestamp create file.pdf',
  ].join('\n');
}

function Policies(props: { policies: readonly AuthorityPolicy[] }): ReactNode {
  const { t, language } = useI18n();
  const columns: Column<AuthorityPolicy>[] = [
    {
      key: 'oid',
      label: t('stamp.policy'),
      primary: true,
      cell: (row) => (
        <>
          <code>{row.oid}</code>
          {row.default && <div className="small soft">{t('stampabout.default')}</div>}
        </>
      ),
    },
    {
      key: 'accuracy',
      label: t('stamp.accuracy'),
      cell: (row) => accuracyWords(row.accuracyMs, { t, language }),
    },
    { key: 'algorithm', label: t('stampabout.algorithm'), cell: (row) => <code>{row.algorithm}</code> },
    {
      key: 'digests',
      label: t('stampabout.digests'),
      cell: (row) => row.digests.map((name) => name.toUpperCase()).join(', '),
    },
    { key: 'qualified', label: t('stamp.qualified'), cell: (row) => t(row.qualified ? 'stamp.yes' : 'stamp.no') },
  ];
  return (
    <section className="stack stretch" aria-labelledby="policies">
      <h2 id="policies">{t('stampabout.policies')}</h2>
      <p>{t('stampabout.policies_text')}</p>
      <DataTable caption={t('stampabout.policies')} columns={columns} rows={props.policies} rowKey={(row) => row.oid} />
    </section>
  );
}

const kindTones: Readonly<Record<AuthorityCertificate['kind'], StatusTone>> = {
  signing: 'holds',
  past: 'neutral',
  authority: 'neutral',
};

function Certificates(props: { certificates: readonly AuthorityCertificate[]; chain: string }): ReactNode {
  const { t, language } = useI18n();
  const now = new Date();
  const columns: Column<AuthorityCertificate>[] = [
    { key: 'subject', label: t('stampabout.certificate'), primary: true, cell: (row) => <b>{nameOf(row.subject)}</b> },
    {
      key: 'kind',
      label: t('stampabout.kind'),
      cell: (row) => (row.revoked ? <Revoked certificate={row} /> : <Kind kind={row.kind} />),
    },
    {
      key: 'until',
      label: t('stampabout.until'),
      cell: (row) => {
        const days = daysUntil(row.notAfter, now);
        return (
          <>
            {formatDate(row.notAfter, language)}
            <div className="small soft">
              {days > 0 ? t('stampabout.days_left', { count: formatNumber(days, language) }) : t('stampabout.expired')}
            </div>
          </>
        );
      },
    },
    {
      key: 'sha256',
      label: 'SHA-256',
      cell: (row) => <Fingerprint value={row.sha256} what={`SHA-256 ${nameOf(row.subject)}`} />,
    },
    {
      key: 'file',
      label: t('stampabout.file'),
      cell: (row) => (
        <Button tone="quiet" icon="download" onClick={() => saveCertificate(row)}>
          {t('stampabout.save')}
          <span className="visually-hidden"> {nameOf(row.subject)}</span>
        </Button>
      ),
    },
  ];
  return (
    <section className="stack stretch" aria-labelledby="certificates">
      <h2 id="certificates">{t('stampabout.certificates')}</h2>
      <p>{t('stampabout.certificates_text')}</p>
      <DataTable
        caption={t('stampabout.certificates')}
        columns={columns}
        rows={props.certificates}
        rowKey={(row) => row.sha256}
      />
      <div className="no-print">
        <ButtonHref icon="download" href={new URL(props.chain).pathname} download="chain.pem">
          {t('stampabout.chain')}
        </ButtonHref>
      </div>
    </section>
  );
}

function Kind(props: { kind: AuthorityCertificate['kind'] }): ReactNode {
  const { t } = useI18n();
  return <StatusTag tone={kindTones[props.kind]}>{t(`stampabout.kind.${props.kind}`)}</StatusTag>;
}

/** The register tells everybody since when, and for what reason. */
function Revoked(props: { certificate: AuthorityCertificate }): ReactNode {
  const { t } = useI18n();
  const { serial, subject } = props.certificate;
  return (
    <>
      <StatusTag tone="fails">{t('stampabout.revoked')}</StatusTag>
      <div className="small">
        <Link to="/pki/status" search={{ serial }}>
          {t('stampabout.revoked_see')}
          <span className="visually-hidden"> {nameOf(subject)}</span>
        </Link>
      </div>
    </>
  );
}

function nameOf(subject: string): string {
  return /CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1]?.replace(/\\(.)/g, '$1') ?? subject;
}

function saveCertificate({ certificate, subject }: AuthorityCertificate): void {
  const lines = certificate.match(/.{1,64}/g)?.join('\n') ?? '';
  const name = nameOf(subject).replace(/[^\p{L}\p{N}]+/gu, '-');
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  saveFile(`${name}.pem`, [pem], 'application/x-pem-file');
}
