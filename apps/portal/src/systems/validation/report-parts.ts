import { laterPart } from '../../ui/later.tsx';

const load = () => import('./report-more.ts');

/* What stands behind a verdict, in one chunk: it is fetched once a verdict is read, and none is needed before. */
export const attachmentList = laterPart(['report'], load, 'Attachments');
export const fileDetails = laterPart(['report'], load, 'FileDetails');
export const howChecked = laterPart(['report'], load, 'HowChecked');
export const reportFormats = laterPart(['report'], load, 'ReportFormats');
export const signatureList = laterPart(['report'], load, 'SignatureList');
export const structureList = laterPart(['report'], load, 'Structures');
export const openVersions = laterPart(['report'], load, 'OpenVersions');

/** Fetches all of it beforehand, so that it opens at once and without a connection. */
export function preloadReport(): void {
  for (const part of [
    attachmentList,
    fileDetails,
    howChecked,
    reportFormats,
    signatureList,
    structureList,
    openVersions,
  ])
    part.load().catch(() => undefined);
}
