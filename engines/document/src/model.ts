import type { Language } from '@tra/kernel';
import type { AssociatedFile } from '@tra/pdf';

/** Where lines stand between the margins. */
export type Align = 'left' | 'center' | 'right';

/** A piece of a document, from top to bottom. Sizes are points (1/72 inch). */
export type Block =
  /** The vermilion seal of the platform. */
  | { readonly kind: 'seal' }
  | { readonly kind: 'heading'; readonly text: string; readonly level: 1 | 2; readonly align?: Align }
  | { readonly kind: 'paragraph'; readonly text: string; readonly align?: Align; readonly size?: number }
  /** Labels with their values. */
  | { readonly kind: 'fields'; readonly rows: readonly { readonly label: string; readonly value: string }[] }
  /** A QR code of `content` with words beside it. */
  | { readonly kind: 'qr'; readonly content: string; readonly caption: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'space'; readonly points: number }
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A document to be set. The same model gives the same bytes. */
export interface DocumentModel {
  readonly language: Language;
  readonly title: string;
  readonly author: string;
  readonly subject?: string;
  readonly keywords?: readonly string[];
  /** Moment of making; stands in the metadata. */
  readonly created: Date;
  /** Number or identifier, shown at the foot of each page. */
  readonly id: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly AssociatedFile[];
  /** Words across each page, such as `ตัวอย่าง / DEMO`; also written once as plain text. */
  readonly watermark?: string;
  /** Words at the foot of each page. */
  readonly footer?: string;
}
