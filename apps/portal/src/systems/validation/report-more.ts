export { Attachments, FileDetails, HowChecked, Structures } from './report-details.tsx';
export { ReportFormats } from './report-formats.tsx';
export { SignatureList } from './signature-tree.tsx';
export { OpenVersions } from './versions.tsx';
