import { CodedError } from '@tra/kernel';

/** What can be wrong with the message files; always a mistake in the product, found at start and by tests. */
export type MessagesErrorCode =
  | 'i18n.file_unreadable'
  | 'i18n.key_duplicate'
  | 'i18n.key_one_language'
  | 'i18n.params_differ'
  | 'i18n.key_unknown';

/** Every {@link MessagesErrorCode}. */
export const MESSAGES_ERROR_CODES: readonly MessagesErrorCode[] = [
  'i18n.file_unreadable',
  'i18n.key_duplicate',
  'i18n.key_one_language',
  'i18n.params_differ',
  'i18n.key_unknown',
];

/** Thrown for message files that are not complete. */
export class MessagesError extends CodedError<MessagesErrorCode> {}
