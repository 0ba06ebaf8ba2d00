import { Link } from '@tanstack/react-router';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import type { Column } from '../../ui/data-table.tsx';
import type { Certificate } from './api.ts';
import { CertificateTag, useProfileLabel } from './names.tsx';
import { nameOfSubject } from './subject.ts';

/** Columns of a list of certificates, for an officer or for the holder. */
export function useCertificateColumns(side: 'officer' | 'holder'): Column<Certificate>[] {
  const { t, language } = useI18n();
  const profile = useProfileLabel();
  const to = side === 'officer' ? '/officer/certificates/$authority/$serial' : '/certificates/$authority/$serial';
  return [
    {
      key: 'subject',
      label: t('pkipage.subject'),
      primary: true,
      cell: ({ authority, serial, subject }) => (
        <Link to={to} params={{ authority, serial }}>
          {nameOfSubject(subject) || serial}
        </Link>
      ),
    },
    { key: 'profile', label: t('pkipage.profile'), cell: (row) => profile(row.profile) },
    { key: 'serial', label: t('pkipage.serial'), cell: (row) => <code>{row.serial.slice(0, 16)}…</code> },
    { key: 'status', label: t('regist.state'), cell: (row) => <CertificateTag status={row.status} /> },
    { key: 'until', label: t('regist.until'), cell: (row) => formatDate(row.notAfter, language) },
  ];
}
