import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type Licence, licensing, queries } from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonHref, ButtonLink } from '../../ui/button.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { PdfPreview } from '../../ui/pdf-preview.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Failure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { LicenceTag, LicenceTrouble, useHolder, useValidity } from './licence-parts.tsx';

const route = getRouteApi('/licences/$id');

/** A licence for its holder: the document, its state, and how others can verify it. */
export function LicencePage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useQuery(queries.licence(id));
  const licence = query.data;
  return (
    <Page
      title={licence ? pick(licence.service.title) : t('licence.one')}
      kicker={licence && t('licence.number_is', { number: licence.number })}
      aside={licence && <LicenceTag status={licence.status} />}
      back={{ to: '/licences', label: t('licence.to_mine') }}
      width="wide"
    >
      <Loaded query={query} lines={8} missing={{ title: t('licence.missing'), text: t('licence.missing_text') }}>
        {(found) => <LicenceBody licence={found} />}
      </Loaded>
    </Page>
  );
}

function LicenceBody(props: { licence: Licence }): ReactNode {
  const { t, pick, language } = useI18n();
  const { licence } = props;
  const holder = useHolder();
  const validity = useValidity();
  const rows = [
    { key: 'holder', label: t('licence.holder'), value: holder(licence.holder) },
    { key: 'issuer', label: t('licence.issuer'), value: pick(licence.agency.name) },
    { key: 'issued', label: t('licence.issued'), value: formatDate(licence.issuedAt, language, 'long') },
    { key: 'valid', label: t('licence.valid'), value: validity(licence) },
  ];
  return (
    <div className="stack stack-wide stretch">
      <LicenceTrouble licence={licence} />
      <div className="two-columns">
        <Document licence={licence} />
        <div className="stack stack-wide stretch">
          <section className="stack stretch" aria-labelledby="about">
            <h2 id="about">{t('licence.about')}</h2>
            <SummaryList rows={rows} />
            <div className="row">
              <ButtonHref
                tone="quiet"
                icon="download"
                href={licensing.licenceDataUrl(licence.id)}
                download={`${licence.number}.xml`}
              >
                {t('licence.download_xml')}
              </ButtonHref>
              {licence.applicationId && (
                <ButtonLink tone="quiet" to="/applications/$id" params={{ id: licence.applicationId }}>
                  {t('licence.to_request')}
                </ButtonLink>
              )}
            </div>
          </section>
          <PublicLink licence={licence} />
        </div>
      </div>
    </div>
  );
}

function Document(props: { licence: Licence }): ReactNode {
  const { t } = useI18n();
  const { licence } = props;
  const document = useQuery({
    queryKey: ['licences', 'document', licence.id, licence.documentSha256],
    queryFn: ({ signal }) => licensing.licenceDocument(licence.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="stack stretch" aria-labelledby="document">
      <h2 id="document">{t('licence.document')}</h2>
      {document.error ? (
        <Failure problem={document.error} retry={() => void document.refetch()} />
      ) : (
        <PdfPreview
          bytes={document.data}
          title={t('licence.preview_of', { number: licence.number })}
          downloadHref={licensing.licenceDocumentUrl(licence.id)}
          fileName={`${licence.number}.pdf`}
        />
      )}
    </section>
  );
}

function PublicLink(props: { licence: Licence }): ReactNode {
  const { t } = useI18n();
  const { publicId, number, verificationUrl } = props.licence;
  const [copied, setCopied] = useState(false);
  const address = verificationUrl ?? new URL(`/v/${publicId}`, window.location.origin).href;
  const copy = (): void => void navigator.clipboard?.writeText(address).then(() => setCopied(true));
  return (
    <section className="stack" aria-labelledby="public">
      <h2 id="public">{t('licence.public_link')}</h2>
      <p>{t('licence.public_link_text')}</p>
      <QrCode content={address} label={t('licence.qr', { number })} />
      <p>
        <a href={address}>{address}</a>
      </p>
      <Button onClick={copy}>{t(copied ? 'licence.copied' : 'licence.copy_link')}</Button>
      <span className="visually-hidden" role="status">
        {copied ? t('licence.copied') : ''}
      </span>
    </section>
  );
}
