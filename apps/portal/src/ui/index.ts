export {
  AddressField,
  type AddressFieldProps,
  type AddressPart,
  type AddressValue,
  emptyAddress,
  type PlaceLoader,
  type PlaceOption,
} from './address-field.tsx';
export { Button, ButtonHref, ButtonLink, type ButtonProps, type ButtonTone } from './button.tsx';
export { Checkbox, type CheckboxProps } from './checkbox.tsx';
export { CheckboxGroup, RadioGroup } from './choices.tsx';
export { CodeBlock, Copyable, CopyButton, Fingerprint } from './copy.tsx';
export { type Column, DataTable, type DataTableProps, LoadMore } from './data-table.tsx';
export { DateField, type DateFieldProps } from './date-field.tsx';
export { ConfirmDialog, type ConfirmDialogProps, Dialog, type DialogProps } from './dialog.tsx';
export { Disclosure, type DisclosureProps } from './disclosure.tsx';
export { ErrorSummary, focusField, type SummaryError } from './error-summary.tsx';
export { Field, type FieldProps, FieldSet } from './field.tsx';
export { type FileItem, FileList, FileUpload, type FileUploadProps } from './file-upload.tsx';
export { FilterBar } from './filter-bar.tsx';
export { Fold, FoldList } from './fold.tsx';
export { Icon, type IconName } from './icon.tsx';
export { Later, type LaterPart, laterPart } from './later.tsx';
export {
  EmptyState,
  SummaryList,
  type SummaryRow,
  type Task,
  TaskList,
  Timeline,
  type TimelineItem,
} from './lists.tsx';
export { Notice, type NoticeProps, type NoticeTone } from './notice.tsx';
export { Page, type PageProps } from './page.tsx';
export { PdfPreview, type PdfPreviewProps } from './pdf-preview.tsx';
export { Progress, type ProgressProps, Skeleton } from './progress.tsx';
export { QrCode } from './qr-code.tsx';
export { Seal } from './seal.tsx';
export { type Choice, Select, type SelectProps } from './select.tsx';
export { StatusTag, type StatusTone, toneOfLicence, toneOfVerdict, VerdictIcon } from './status-tag.tsx';
export { type TabItem, Tabs } from './tabs.tsx';
export { MoneyField, NumberField, TextArea, TextField, type TextFieldProps } from './text-field.tsx';
export { type ToastMessage, ToastProvider, useToast } from './toast.tsx';
export {
  CheckList,
  type VerdictAnswer,
  VerdictCard,
  type VerdictCardProps,
  type VerdictCheck,
  type VerdictQuestion,
} from './verdict-card.tsx';
