/** Level of conformance of PDF/A-3: accessible, basic, with Unicode (ISO 19005-3 clause 5). */
export type ArchiveLevel = 'A' | 'B' | 'U';

/** A requirement of ISO 19005-3 that {@link checkArchive} looks at. */
export interface ArchiveRule {
  readonly clause: string;
  /** Levels that demand it; all when absent. */
  readonly levels?: readonly ArchiveLevel[];
}

/** Every requirement that is looked at, by its code. */
export const archiveRules = {
  'pdfa.header': { clause: '6.1.2' },
  'pdfa.header_binary': { clause: '6.1.2' },
  'pdfa.trailer_id': { clause: '6.1.3' },
  'pdfa.encrypted': { clause: '6.1.3' },
  'pdfa.after_end': { clause: '6.1.3' },
  'pdfa.xref_form': { clause: '6.1.4' },
  'pdfa.xref_damaged': { clause: '6.1.4' },
  'pdfa.stream_length': { clause: '6.1.7.1' },
  'pdfa.stream_keywords': { clause: '6.1.7.1' },
  'pdfa.stream_external': { clause: '6.1.7.1' },
  'pdfa.filter': { clause: '6.1.7.2' },
  'pdfa.object_spacing': { clause: '6.1.9' },
  'pdfa.inline_filter': { clause: '6.1.10' },
  'pdfa.permissions': { clause: '6.1.12' },
  'pdfa.number_range': { clause: '6.1.13' },
  'pdfa.string_long': { clause: '6.1.13' },
  'pdfa.name_long': { clause: '6.1.13' },
  'pdfa.too_many_objects': { clause: '6.1.13' },
  'pdfa.state_nesting': { clause: '6.1.13' },
  'pdfa.page_size': { clause: '6.1.13' },
  'pdfa.operator': { clause: '6.2.2' },
  'pdfa.resources_inherited': { clause: '6.2.2' },
  'pdfa.output_profile': { clause: '6.2.3' },
  'pdfa.output_profiles_differ': { clause: '6.2.3' },
  'pdfa.icc_profile': { clause: '6.2.4.2' },
  'pdfa.device_rgb': { clause: '6.2.4.3' },
  'pdfa.device_cmyk': { clause: '6.2.4.3' },
  'pdfa.device_gray': { clause: '6.2.4.3' },
  'pdfa.transfer_function': { clause: '6.2.5' },
  'pdfa.halftone': { clause: '6.2.5' },
  'pdfa.rendering_intent': { clause: '6.2.6' },
  'pdfa.image_alternates': { clause: '6.2.8' },
  'pdfa.image_opi': { clause: '6.2.8' },
  'pdfa.image_interpolate': { clause: '6.2.8' },
  'pdfa.image_bits': { clause: '6.2.8' },
  'pdfa.form_postscript': { clause: '6.2.9' },
  'pdfa.form_reference': { clause: '6.2.9' },
  'pdfa.blend_mode': { clause: '6.2.10' },
  'pdfa.transparency_space': { clause: '6.2.10' },
  'pdfa.font_dictionary': { clause: '6.2.11.2' },
  'pdfa.font_widths': { clause: '6.2.11.2' },
  'pdfa.font_file_type': { clause: '6.2.11.2' },
  'pdfa.cid_system': { clause: '6.2.11.3.1' },
  'pdfa.cid_to_gid': { clause: '6.2.11.3.2' },
  'pdfa.cmap_embedded': { clause: '6.2.11.3.3' },
  'pdfa.font_embedded': { clause: '6.2.11.4.1' },
  'pdfa.truetype_encoding': { clause: '6.2.11.6' },
  'pdfa.to_unicode': { clause: '6.2.11.7.2', levels: ['A', 'U'] },
  'pdfa.annotation_type': { clause: '6.3.1' },
  'pdfa.annotation_flags': { clause: '6.3.2' },
  'pdfa.annotation_appearance': { clause: '6.3.3' },
  'pdfa.field_action': { clause: '6.4.1' },
  'pdfa.need_appearances': { clause: '6.4.1' },
  'pdfa.xfa': { clause: '6.4.2' },
  'pdfa.action_type': { clause: '6.5.1' },
  'pdfa.action_named': { clause: '6.5.1' },
  'pdfa.additional_actions': { clause: '6.5.2' },
  'pdfa.metadata_missing': { clause: '6.6.2.1' },
  'pdfa.metadata_packet': { clause: '6.6.2.1' },
  'pdfa.metadata_unreadable': { clause: '6.6.2.1' },
  'pdfa.property_undefined': { clause: '6.6.2.3.1' },
  'pdfa.property_type': { clause: '6.6.2.3.1' },
  'pdfa.extension_schema': { clause: '6.6.2.3.3' },
  'pdfa.identification': { clause: '6.6.4' },
  'pdfa.not_marked': { clause: '6.7.2.2', levels: ['A'] },
  'pdfa.structure_missing': { clause: '6.7.3.3', levels: ['A'] },
  'pdfa.role_map': { clause: '6.7.3.4', levels: ['A'] },
  'pdfa.language': { clause: '6.7.4', levels: ['A'] },
  'pdfa.file_type': { clause: '6.8' },
  'pdfa.file_names': { clause: '6.8' },
  'pdfa.file_relationship': { clause: '6.8' },
  'pdfa.file_not_associated': { clause: '6.8' },
  'pdfa.layer_name': { clause: '6.9' },
  'pdfa.layer_order': { clause: '6.9' },
  'pdfa.layer_usage': { clause: '6.9' },
  'pdfa.alternate_presentations': { clause: '6.10' },
  'pdfa.requirements': { clause: '6.11' },
} as const;

/** Code of a requirement. */
export type ArchiveRuleCode = keyof typeof archiveRules;

/** What nobody here looks at, in words of its own: a report must not claim more than was checked. */
export const archiveNotChecked = [
  'pdfa.not_checked.glyphs',
  'pdfa.not_checked.images',
  'pdfa.not_checked.colorants',
  'pdfa.not_checked.signatures',
  'pdfa.not_checked.strings',
] as const;

/** Codes of the requirements that a level demands. */
export function rulesFor(level: ArchiveLevel): readonly ArchiveRuleCode[] {
  const all = Object.entries(archiveRules) as [ArchiveRuleCode, ArchiveRule][];
  return all.filter(([, { levels }]) => !levels || levels.includes(level)).map(([code]) => code);
}
