import { lazy, type ReactNode, Suspense } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { ButtonHref } from './button.tsx';
import { Skeleton } from './progress.tsx';
import './pdf-preview.css';

export interface PdfPreviewProps {
  /** The document; undefined while it is on its way. */
  readonly bytes: Uint8Array | undefined;
  /** What it is, for the accessible name: "ใบทะเบียนพาณิชย์อิเล็กทรอนิกส์ เลขที่ …". */
  readonly title: string;
  readonly downloadHref: string;
  readonly fileName?: string;
}

const PdfPages = lazy(() => import('./pdf-pages.tsx'));

/** Pages of a PDF as pictures with their text for screen readers, and the file itself to download. */
export function PdfPreview(props: PdfPreviewProps): ReactNode {
  const { t } = useI18n();
  return (
    <section className="pdf-preview" aria-label={props.title}>
      <div className="row no-print">
        <ButtonHref icon="download" href={props.downloadHref} download={props.fileName ?? ''}>
          {t('pdf.download')}
        </ButtonHref>
      </div>
      {props.bytes ? (
        <Suspense fallback={<Skeleton lines={8} label={t('pdf.loading')} />}>
          <PdfPages bytes={props.bytes} />
        </Suspense>
      ) : (
        <Skeleton lines={8} label={t('pdf.loading')} />
      )}
    </section>
  );
}
