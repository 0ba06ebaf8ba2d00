import type { Verdict } from '@tra/kernel';
import type { SubIndication } from './report.ts';

/**
 * What a finding means: its status in the report, the clause of ETSI EN 319 102-1 V1.3.1 that asks for the check, and the
 * sub-indication that the signature gets. A finding without sub-indication is shown but does not change the conclusion.
 */
export interface Rule {
  readonly status: Verdict;
  readonly clause: string;
  readonly subIndication?: SubIndication;
}

type FormatCode =
  | 'signature.format_recognised'
  | 'signature.contents_empty'
  | 'signature.contents_not_cms'
  | 'signature.content_missing'
  | 'signature.content_empty'
  | 'signature.content_line_ends'
  | 'signature.no_signer'
  | 'signature.several_signers'
  | 'signature.subfilter_unsupported'
  | 'signature.byte_range_valid'
  | 'signature.byte_range_invalid'
  | 'signature.hole_not_contents'
  | 'signature.hole_stuffed'
  | 'signature.structure_damaged'
  | 'signature.structure_repaired'
  | 'signature.content_encrypted'
  | 'signature.covers_whole_document'
  | 'signature.extended_after_signing'
  | 'signature.extended_as_permitted'
  | 'signature.extended_in_doubt'
  | 'signature.too_many'
  | ReferenceCode;

/** What a signature refers to, for formats that name it, and what no reference covers. */
type ReferenceCode =
  | 'signature.document_unreadable'
  | 'signature.signature_malformed'
  | 'signature.reference_intact'
  | 'signature.reference_differs'
  | 'signature.reference_missing'
  | 'signature.reference_needs_octets'
  | 'signature.reference_unreadable'
  | 'signature.reference_method_unsupported'
  | 'signature.reference_ambiguous'
  | 'signature.manifest_entry_intact'
  | 'signature.manifest_entry_differs'
  | 'signature.manifest_entry_missing'
  | 'signature.renewed_digest_matches'
  | 'signature.renewed_digest_differs'
  | 'signature.renewed_digest_absent'
  | 'signature.renewed_digest_unchecked'
  | 'signature.renewed_digests_unusable'
  | 'signature.covers_parts'
  | 'signature.content_not_covered'
  | 'signature.stylesheet_signed'
  | 'signature.stylesheet_not_signed'
  | 'signature.instruction_not_signed'
  | 'signature.content_wrapped'
  | 'signature.counter_signature_misplaced'
  | 'signature.structure_invalid'
  | 'signature.file_not_covered'
  | 'signature.container_unreadable'
  | 'signature.renewal_broken';

type IdentificationCode =
  | 'signature.signer_certificate_found'
  | 'signature.signer_certificate_bound'
  | 'signature.signer_certificate_missing'
  | 'signature.signer_certificate_unreadable'
  | 'signature.signer_certificate_mismatch'
  | 'signature.signer_certificate_not_bound';

type CryptographicCode =
  | 'signature.hash_matches'
  | 'signature.hash_mismatch'
  | 'signature.value_valid'
  | 'signature.value_invalid'
  | 'signature.attributes_invalid'
  | 'signature.algorithm_unsupported'
  | 'signature.algorithm_keyless'
  | 'signature.algorithm_inconsistent'
  | 'signature.algorithm_accepted'
  | 'signature.algorithm_too_weak'
  | 'signature.claimed_time_contradicts'
  | 'signature.constraints_unmet'
  | 'signature.policy_matches'
  | 'signature.policy_differs'
  | 'signature.policy_unreadable';

type TimeCode =
  | 'signature.timestamp_valid'
  | 'signature.timestamp_absent'
  | 'signature.timestamp_untrusted'
  | 'signature.timestamp_certificate_expired'
  | 'signature.timestamp_in_future'
  | 'signature.timestamp_other_data'
  | 'signature.timestamp_invalid'
  | 'signature.timestamp_status_unknown'
  | 'signature.timestamp_authority_revoked'
  | 'signature.timestamp_kept'
  | 'signature.timestamp_broken'
  | 'signature.timestamp_data_missing'
  | 'signature.timestamp_type_invalid'
  | 'signature.hash_index_unmatched';

type CertificateCode =
  | 'signature.path_trusted'
  | 'signature.path_untrusted'
  | 'signature.service_in_force'
  | 'signature.service_ended'
  | 'signature.path_invalid'
  | 'signature.path_constraints'
  | 'signature.certificate_expired'
  | 'signature.certificate_not_yet_valid'
  | 'signature.certificate_revoked'
  | 'signature.certificate_revoked_no_proof'
  | 'signature.certificate_revoked_later'
  | 'signature.certificate_expired_later'
  | 'signature.revocation_good'
  | 'signature.revocation_unknown';

type LicenceCode =
  | 'signature.licence_registered'
  | 'signature.licence_not_in_force'
  | 'signature.licence_other_document'
  | 'signature.licence_unknown'
  | 'signature.licence_register_unavailable';

const passed = (clause: string): Rule => ({ status: 'passed', clause });
const noted = (clause: string): Rule => ({ status: 'indeterminate', clause });
const failed = (clause: string, subIndication: SubIndication): Rule => ({ status: 'failed', clause, subIndication });
const open = (clause: string, subIndication: SubIndication): Rule => ({
  status: 'indeterminate',
  clause,
  subIndication,
});

/** Format checking, and what a PDF adds to it: the byte range and what lies behind it. */
const formatRules: Readonly<Record<FormatCode, Rule>> = {
  'signature.format_recognised': passed('5.2.2'),
  'signature.contents_empty': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.contents_not_cms': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.content_missing': open('5.2.2', 'SIGNED_DATA_NOT_FOUND'),
  'signature.content_empty': noted('5.2.7'),
  'signature.content_line_ends': noted('5.2.7'),
  'signature.no_signer': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.several_signers': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.subfilter_unsupported': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.byte_range_valid': passed('5.2.2'),
  'signature.byte_range_invalid': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.hole_not_contents': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.hole_stuffed': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.structure_damaged': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.structure_repaired': open('5.2.2', 'FORMAT_FAILURE'),
  'signature.content_encrypted': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.covers_whole_document': passed('5.2.2'),
  'signature.extended_after_signing': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.extended_as_permitted': passed('5.2.2'),
  'signature.extended_in_doubt': open('5.2.2', 'FORMAT_FAILURE'),
  'signature.too_many': open('5.2.2', 'FORMAT_FAILURE'),
  'signature.document_unreadable': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.signature_malformed': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.reference_intact': passed('5.2.7'),
  'signature.reference_differs': failed('5.2.7', 'HASH_FAILURE'),
  'signature.reference_missing': open('5.2.7', 'SIGNED_DATA_NOT_FOUND'),
  'signature.reference_needs_octets': open('5.2.7', 'SIGNED_DATA_NOT_FOUND'),
  'signature.reference_unreadable': failed('5.2.7', 'HASH_FAILURE'),
  'signature.reference_method_unsupported': open('5.2.7', 'CRYPTO_CONSTRAINTS_FAILURE'),
  'signature.reference_ambiguous': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.manifest_entry_intact': passed('5.2.7'),
  'signature.manifest_entry_differs': failed('5.2.7', 'HASH_FAILURE'),
  'signature.manifest_entry_missing': open('5.2.7', 'SIGNED_DATA_NOT_FOUND'),
  'signature.renewed_digest_matches': passed('5.6'),
  'signature.renewed_digest_differs': failed('5.6', 'HASH_FAILURE'),
  'signature.renewed_digest_absent': noted('5.6'),
  'signature.renewed_digest_unchecked': noted('5.6'),
  'signature.renewed_digests_unusable': noted('5.6'),
  'signature.covers_parts': noted('5.2.8'),
  'signature.content_not_covered': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.stylesheet_signed': noted('5.2.8'),
  'signature.stylesheet_not_signed': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.instruction_not_signed': noted('5.2.8'),
  'signature.content_wrapped': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.structure_invalid': noted('5.2.2'),
  'signature.counter_signature_misplaced': failed('5.2.2', 'FORMAT_FAILURE'),
  'signature.file_not_covered': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.renewal_broken': failed('5.4', 'HASH_FAILURE'),
  'signature.container_unreadable': failed('5.2.2', 'FORMAT_FAILURE'),
};

const identificationRules: Readonly<Record<IdentificationCode, Rule>> = {
  'signature.signer_certificate_found': passed('5.2.3'),
  'signature.signer_certificate_bound': passed('5.2.3'),
  'signature.signer_certificate_missing': open('5.2.3', 'NO_SIGNING_CERTIFICATE_FOUND'),
  'signature.signer_certificate_unreadable': open('5.2.3', 'NO_SIGNING_CERTIFICATE_FOUND'),
  'signature.signer_certificate_mismatch': open('5.2.3', 'NO_SIGNING_CERTIFICATE_FOUND'),
  'signature.signer_certificate_not_bound': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
};

const cryptographicRules: Readonly<Record<CryptographicCode, Rule>> = {
  'signature.hash_matches': passed('5.2.7'),
  'signature.hash_mismatch': failed('5.2.7', 'HASH_FAILURE'),
  'signature.value_valid': passed('5.2.7'),
  'signature.value_invalid': failed('5.2.7', 'SIG_CRYPTO_FAILURE'),
  'signature.attributes_invalid': failed('5.2.7', 'SIG_CRYPTO_FAILURE'),
  // Nobody looked, so nothing failed; and no time is known at which the method was reliable, which a proof of existence could reach.
  'signature.algorithm_unsupported': open('5.2.7', 'CRYPTO_CONSTRAINTS_FAILURE'),
  'signature.algorithm_keyless': failed('5.2.7', 'SIG_CRYPTO_FAILURE'),
  'signature.algorithm_inconsistent': failed('5.2.7', 'SIG_CRYPTO_FAILURE'),
  'signature.algorithm_accepted': passed('5.2.8'),
  'signature.algorithm_too_weak': open('5.2.8', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'),
  'signature.claimed_time_contradicts': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.constraints_unmet': open('5.2.8', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.policy_matches': passed('5.2.4'),
  'signature.policy_differs': open('5.2.4', 'SIG_CONSTRAINTS_FAILURE'),
  'signature.policy_unreadable': noted('5.2.4'),
};

const timeRules: Readonly<Record<TimeCode, Rule>> = {
  'signature.timestamp_valid': passed('5.4'),
  'signature.timestamp_absent': noted('5.5'),
  'signature.timestamp_untrusted': noted('5.4'),
  'signature.timestamp_certificate_expired': noted('5.4'),
  'signature.timestamp_in_future': noted('5.4'),
  'signature.timestamp_status_unknown': noted('5.4'),
  'signature.timestamp_other_data': failed('5.4', 'HASH_FAILURE'),
  'signature.timestamp_invalid': failed('5.4', 'SIG_CRYPTO_FAILURE'),
  'signature.timestamp_authority_revoked': failed('5.4', 'REVOKED'),
  'signature.timestamp_kept': passed('5.6'),
  'signature.timestamp_broken': noted('5.6'),
  'signature.timestamp_data_missing': noted('5.4'),
  'signature.timestamp_type_invalid': open('5.4', 'FORMAT_FAILURE'),
  'signature.hash_index_unmatched': noted('5.6'),
};

const certificateRules: Readonly<Record<CertificateCode, Rule>> = {
  'signature.path_trusted': passed('5.2.6'),
  'signature.service_in_force': passed('5.2.6'),
  'signature.service_ended': noted('5.2.6'),
  'signature.path_untrusted': open('5.2.6', 'NO_CERTIFICATE_CHAIN_FOUND'),
  'signature.path_invalid': open('5.2.6', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'),
  'signature.path_constraints': open('5.2.6', 'CHAIN_CONSTRAINTS_FAILURE'),
  'signature.certificate_expired': open('5.2.6', 'OUT_OF_BOUNDS_NO_POE'),
  'signature.certificate_not_yet_valid': failed('5.2.6', 'NOT_YET_VALID'),
  'signature.certificate_revoked': failed('5.5', 'REVOKED'),
  'signature.certificate_revoked_no_proof': open('5.5', 'REVOKED_NO_POE'),
  'signature.certificate_revoked_later': noted('5.5'),
  'signature.certificate_expired_later': noted('5.5'),
  'signature.revocation_good': passed('5.2.5'),
  'signature.revocation_unknown': open('5.2.5', 'TRY_LATER'),
};

/** Findings about the licence register; they change the verdict of the report, not the indication of a signature. */
const licenceRules: Readonly<Record<LicenceCode, Rule>> = {
  'signature.licence_registered': passed('licence'),
  'signature.licence_not_in_force': { status: 'failed', clause: 'licence' },
  'signature.licence_other_document': { status: 'failed', clause: 'licence' },
  'signature.licence_unknown': noted('licence'),
  'signature.licence_register_unavailable': noted('licence'),
};

/** Code of a finding made by this engine. */
export type FindingCode =
  | FormatCode
  | IdentificationCode
  | CryptographicCode
  | TimeCode
  | CertificateCode
  | LicenceCode;

/** Every finding that this engine makes itself, with its meaning. Codes of other engines appear beside them. */
export const rules: Readonly<Record<FindingCode, Rule>> = {
  ...formatRules,
  ...identificationRules,
  ...cryptographicRules,
  ...timeRules,
  ...certificateRules,
  ...licenceRules,
};
