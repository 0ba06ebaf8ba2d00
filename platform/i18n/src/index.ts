export { type DateStyle, formatDate, formatDateTime, formatTime, THAI_ZONE } from './dates.ts';
export { MESSAGES_ERROR_CODES, MessagesError, type MessagesErrorCode } from './errors.ts';
export { negotiateLanguage } from './language.ts';
export { loadMessages, type Messages } from './messages.ts';
export { compareThai, formatMoney, formatNumber, fromThaiDigits, toThaiDigits } from './numbers.ts';
