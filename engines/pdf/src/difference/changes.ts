import type { ErrorParams } from '@tra/kernel';

/** How a change after signing is judged. */
export type PdfChangeVerdict = 'allowed' | 'suspicious' | 'forbidden';

interface Rule {
  readonly verdict: PdfChangeVerdict;
  readonly clause: string;
  /** Whether a reader may see something else than the signer did. */
  readonly visible?: true;
}

const allowed = (clause: string): Rule => ({ verdict: 'allowed', clause: `ISO 32000-2 ${clause}` });
const suspicious = (clause: string): Rule => ({ verdict: 'suspicious', clause: `ISO 32000-2 ${clause}` });
const forbidden = (clause: string): Rule => ({ verdict: 'forbidden', clause: `ISO 32000-2 ${clause}` });
const unseen = (clause: string): Rule => ({ ...forbidden(clause), visible: true });

/** Reason code of a {@link PdfChange}; also its message key. */
export type PdfChangeCode =
  | 'pdf.change_white_space'
  | 'pdf.change_bytes_foreign'
  | 'pdf.change_revision_incomplete'
  | 'pdf.change_revision_detached'
  | 'pdf.change_structure_broken'
  | 'pdf.change_signed_revision_unreadable'
  | 'pdf.change_not_comparable'
  | 'pdf.change_encryption'
  | 'pdf.change_object_unlisted'
  | 'pdf.change_hidden_object'
  | 'pdf.change_key_repeated'
  | 'pdf.change_object_unused'
  | 'pdf.change_object_rewritten'
  | 'pdf.change_trailer'
  | 'pdf.change_identifier'
  | 'pdf.change_catalog_replaced'
  | 'pdf.change_information'
  | 'pdf.change_metadata'
  | 'pdf.change_extensions'
  | 'pdf.change_validation_data'
  | 'pdf.change_validation_data_removed'
  | 'pdf.change_private_data'
  | 'pdf.change_page_added'
  | 'pdf.change_page_removed'
  | 'pdf.change_page_order'
  | 'pdf.change_page_content'
  | 'pdf.change_page_resources'
  | 'pdf.change_page_geometry'
  | 'pdf.change_page_entry'
  | 'pdf.change_action'
  | 'pdf.change_embedded_file'
  | 'pdf.change_layers'
  | 'pdf.change_outline'
  | 'pdf.change_names'
  | 'pdf.change_viewer'
  | 'pdf.change_catalog_entry'
  | 'pdf.change_structure_extended'
  | 'pdf.change_structure'
  | 'pdf.change_structure_text'
  | 'pdf.change_form_settings'
  | 'pdf.change_form_resources_added'
  | 'pdf.change_form_resources'
  | 'pdf.change_form_xfa'
  | 'pdf.change_need_appearances'
  | 'pdf.change_need_appearances_ended'
  | 'pdf.change_signature_flags'
  | 'pdf.change_field_added'
  | 'pdf.change_field_removed'
  | 'pdf.change_field_filled'
  | 'pdf.change_field_locked'
  | 'pdf.change_field_altered'
  | 'pdf.change_field_read_only'
  | 'pdf.change_field_appearance'
  | 'pdf.change_field_appearance_differs'
  | 'pdf.change_widget_moved'
  | 'pdf.change_widget_without_field'
  | 'pdf.change_signature_added'
  | 'pdf.change_timestamp_added'
  | 'pdf.change_signature_field_added'
  | 'pdf.change_signature_removed'
  | 'pdf.change_signature_replaced'
  | 'pdf.change_signature_appearance'
  | 'pdf.change_signature_covers_content'
  | 'pdf.change_signature_not_permitted'
  | 'pdf.change_signature_incomplete'
  | 'pdf.change_certification_late'
  | 'pdf.change_certification'
  | 'pdf.change_annotation_added'
  | 'pdf.change_annotation_removed'
  | 'pdf.change_annotation_altered'
  | 'pdf.change_annotation_covers_content'
  | 'pdf.change_annotation_action';

/** Every reason code with its verdict where nothing else decides it, and the clause that it rests on. */
export const changeRules: Readonly<Record<PdfChangeCode, Rule>> = {
  // The file as bytes and cross-references
  'pdf.change_white_space': allowed('7.5.6'),
  'pdf.change_bytes_foreign': forbidden('7.5.5'),
  'pdf.change_revision_incomplete': forbidden('12.8.1'),
  'pdf.change_revision_detached': unseen('7.5.6'),
  'pdf.change_structure_broken': unseen('7.5.6'),
  'pdf.change_signed_revision_unreadable': suspicious('7.5.4'),
  'pdf.change_not_comparable': suspicious('7.5.8'),
  'pdf.change_encryption': forbidden('7.6.1'),
  'pdf.change_object_unlisted': unseen('7.5.4'),
  'pdf.change_hidden_object': unseen('7.5.4'),
  'pdf.change_key_repeated': unseen('7.3.7'),
  'pdf.change_object_unused': allowed('7.5.6'),
  'pdf.change_object_rewritten': allowed('7.5.6'),
  'pdf.change_trailer': suspicious('7.5.5'),
  'pdf.change_identifier': allowed('14.4'),
  'pdf.change_catalog_replaced': allowed('7.7.2'),
  // Maintenance
  'pdf.change_information': allowed('14.3.3'),
  'pdf.change_metadata': allowed('14.3.2'),
  'pdf.change_extensions': allowed('7.12'),
  'pdf.change_validation_data': allowed('12.8.4.3'),
  'pdf.change_validation_data_removed': allowed('12.8.4.3'),
  'pdf.change_private_data': allowed('14.5'),
  // Pages
  'pdf.change_page_added': unseen('7.7.3'),
  'pdf.change_page_removed': unseen('7.7.3'),
  'pdf.change_page_order': unseen('7.7.3'),
  'pdf.change_page_content': unseen('7.8.2'),
  'pdf.change_page_resources': unseen('7.8.3'),
  'pdf.change_page_geometry': unseen('14.11.2'),
  'pdf.change_page_entry': forbidden('7.7.3.3'),
  // The document as a whole
  'pdf.change_action': forbidden('12.6'),
  'pdf.change_embedded_file': forbidden('7.11.4'),
  'pdf.change_layers': unseen('8.11'),
  'pdf.change_outline': forbidden('12.3.3'),
  'pdf.change_names': forbidden('7.7.4'),
  'pdf.change_viewer': forbidden('12.2'),
  'pdf.change_catalog_entry': forbidden('7.7.2'),
  'pdf.change_structure_extended': allowed('14.7'),
  'pdf.change_structure': suspicious('14.7'),
  'pdf.change_structure_text': forbidden('14.9'),
  // The form
  'pdf.change_form_settings': forbidden('12.7.3'),
  'pdf.change_form_resources_added': allowed('12.7.3'),
  'pdf.change_form_resources': unseen('12.7.3'),
  'pdf.change_form_xfa': unseen('12.7.8'),
  'pdf.change_need_appearances': suspicious('12.7.3'),
  'pdf.change_need_appearances_ended': suspicious('12.7.3'),
  'pdf.change_signature_flags': allowed('12.7.3'),
  'pdf.change_field_added': unseen('12.8.2.2'),
  'pdf.change_field_removed': unseen('12.8.2.2'),
  'pdf.change_field_filled': { ...allowed('12.8.2.2'), visible: true },
  'pdf.change_field_locked': unseen('12.8.2.4'),
  'pdf.change_field_altered': unseen('12.8.2.2'),
  'pdf.change_field_read_only': allowed('12.7.5.5'),
  'pdf.change_field_appearance': unseen('12.7.4.3'),
  'pdf.change_field_appearance_differs': unseen('12.7.4.3'),
  'pdf.change_widget_moved': unseen('12.5.2'),
  'pdf.change_widget_without_field': unseen('12.7.4'),
  // Signatures
  'pdf.change_signature_added': allowed('12.8.2.2'),
  'pdf.change_timestamp_added': allowed('12.8.5'),
  'pdf.change_signature_field_added': allowed('12.8.2.2'),
  'pdf.change_signature_removed': forbidden('12.8.1'),
  'pdf.change_signature_replaced': forbidden('12.8.1'),
  'pdf.change_signature_appearance': unseen('12.7.5.5'),
  'pdf.change_signature_covers_content': forbidden('12.8.2.2'),
  'pdf.change_signature_not_permitted': forbidden('12.8.2.2'),
  'pdf.change_signature_incomplete': forbidden('12.8.1'),
  'pdf.change_certification_late': forbidden('12.8.2.2'),
  'pdf.change_certification': forbidden('12.8.6'),
  // Annotations
  'pdf.change_annotation_added': unseen('12.8.2.2'),
  'pdf.change_annotation_removed': unseen('12.8.2.2'),
  'pdf.change_annotation_altered': unseen('12.8.2.2'),
  'pdf.change_annotation_covers_content': unseen('12.5.5'),
  'pdf.change_annotation_action': forbidden('12.6'),
};

/** One change that a later revision made to what was signed. */
export interface PdfChange {
  readonly code: PdfChangeCode;
  readonly verdict: PdfChangeVerdict;
  /** The clause by which it is judged. */
  readonly clause: string;
  /** Where in the document, from its trailer, such as `/Root/Pages/Kids[0]/Annots[2]`. */
  readonly path: string;
  /** Number of the object that holds it, when it lies in one. */
  readonly object?: number;
  /** Page number from 1, where it concerns one. */
  readonly page?: number;
  /** Left, bottom, right, top in the page's own units (1/72 inch by default), where a place can be shown. */
  readonly rect?: readonly [number, number, number, number];
  /** Whether a reader may see something else than the signer did. */
  readonly visible: boolean;
  /** Values for its message. */
  readonly params: ErrorParams;
}

/** What {@link ChangeList.add} is told beside the code. */
export interface ChangeDetail {
  readonly path: string;
  readonly verdict?: PdfChangeVerdict;
  readonly object?: number | undefined;
  readonly page?: number | undefined;
  readonly rect?: PdfChange['rect'] | undefined;
  readonly params?: ErrorParams;
}

/** Most changes that are listed; the verdict counts all of them. */
const maxListed = 1000;
const order: readonly PdfChangeVerdict[] = ['allowed', 'suspicious', 'forbidden'];

/** Collects changes and the worst verdict among them. */
export class ChangeList {
  readonly changes: PdfChange[] = [];
  worst: PdfChangeVerdict | undefined;
  /** Whether a change was found by which a page may show something else, the looks of further signatures apart. */
  visible = false;

  add(code: PdfChangeCode, detail: ChangeDetail): void {
    const rule: Rule = changeRules[code];
    const { path, params = {}, object, page, rect } = detail;
    const verdict = detail.verdict ?? rule.verdict;
    if (!this.worst || order.indexOf(verdict) > order.indexOf(this.worst)) this.worst = verdict;
    if (rule.visible) this.visible = true;
    if (this.changes.length >= maxListed) return;
    this.changes.push({
      code,
      verdict,
      clause: rule.clause,
      path,
      visible: rule.visible === true,
      params: { path, ...params },
      ...(object === undefined ? {} : { object }),
      ...(page === undefined ? {} : { page }),
      ...(rect === undefined ? {} : { rect }),
    });
  }
}
