export {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  toBase64,
  toBase64Url,
  toHex,
  utf8Decode,
  utf8Encode,
} from './bytes.ts';
export { canonicalJson, type Json } from './canonical-json.ts';
export { CodedError, type CodedErrorOptions, type ErrorParams } from './coded-error.ts';
export { CSV_START, csvLine } from './csv.ts';
export { isPublicId, isUuid, publicId, uuidv7 } from './ids.ts';
export { LANGUAGES, type Language, type LocalizedText } from './language.ts';
export { type Clock, type Random, systemRandomLength } from './ports.ts';
export type { SignatureAlgorithm, Signer } from './signer.ts';
export type { Verdict } from './verdict.ts';
