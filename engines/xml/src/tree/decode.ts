import { XmlError } from '../errors.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Encodings that this reader knows, by the names a declaration may use. Others are refused rather than guessed. */
const declared: ReadonlyMap<string, readonly Encoding[]> = new Map([
  ['utf-8', ['utf-8']],
  ['utf8', ['utf-8']],
  ['us-ascii', ['utf-8']],
  ['iso-8859-1', ['utf-8']],
  ['latin1', ['utf-8']],
  ['utf-16', ['utf-16le', 'utf-16be']],
  ['utf-16le', ['utf-16le']],
  ['utf-16be', ['utf-16be']],
]);

/** XML 1.0 appendix F: by the byte order mark, or by the first characters of `<?xml` in UTF-16. */
function detect(bytes: Uint8Array): { encoding: Encoding; skip: number } {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', skip: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', skip: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', skip: 2 };
  if (a === 0x3c && b === 0) return { encoding: 'utf-16le', skip: 0 };
  if (a === 0 && b === 0x3c) return { encoding: 'utf-16be', skip: 0 };
  return { encoding: 'utf-8', skip: 0 };
}

function utf16(bytes: Uint8Array, bigEndian: boolean): string {
  if (bytes.length % 2 !== 0) throw new XmlError('xml.encoding_invalid');
  if (!bigEndian) return new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true }).decode(bytes);
  const swapped = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 2) {
    swapped[index] = bytes[index + 1] ?? 0;
    swapped[index + 1] = bytes[index] ?? 0;
  }
  return new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true }).decode(swapped);
}

// XML 1.0 production 2, the other way round; with the u flag an unpaired surrogate is matched as well.
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/;

/** A document as text with normalised line ends, and where what follows the XML declaration starts. */
export interface DecodedXml {
  readonly text: string;
  readonly start: number;
}

/**
 * Bytes as text: UTF-8 or UTF-16 (XML 1.0 clause 4.3.3), the encoding in the declaration held against what is there, every character
 * one that XML may carry, line ends normalised (clause 2.11). Throws {@link XmlError} `xml.encoding_invalid`,
 * `xml.encoding_unsupported`, `xml.character_invalid` or `xml.malformed`.
 */
export function decodeXml(bytes: Uint8Array): DecodedXml {
  const { encoding, skip } = detect(bytes);
  let text: string;
  try {
    const rest = bytes.subarray(skip);
    if (encoding !== 'utf-8') text = utf16(rest, encoding === 'utf-16be');
    else if (skip === 0 && declaresLatin1(rest)) text = Buffer.from(rest).toString('latin1');
    else text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rest);
  } catch (cause) {
    throw new XmlError('xml.encoding_invalid', { cause });
  }
  const start = readDeclaration(text, encoding);
  checkCharacters(text, encoding);
  if (!text.includes('\r')) return { text, start };
  const before = text.slice(0, start);
  const normalised = before.replace(/\r\n?/g, '\n');
  return { text: normalised + text.slice(start).replace(/\r\n?/g, '\n'), start: normalised.length };
}

/** Documents in ISO 8859-1 say so in characters that are the same in UTF-8. */
function declaresLatin1(bytes: Uint8Array): boolean {
  const match = declaration.exec(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
  return /^(?:iso-8859-1|latin1)$/i.test(match?.[1] ?? match?.[2] ?? '');
}

function readDeclaration(text: string, encoding: Encoding): number {
  if (!/^<\?xml[ \t\r\n]/.test(text)) return 0;
  const match = declaration.exec(text);
  if (!match) throw new XmlError('xml.malformed', { params: { line: 1, reason: 'declaration' } });
  const name = (match[1] ?? match[2])?.toLowerCase();
  if (name !== undefined && !declared.get(name)?.includes(encoding)) {
    throw new XmlError('xml.encoding_unsupported', { params: { encoding: name.slice(0, 40) } });
  }
  return match[0].length;
}

function checkCharacters(text: string, encoding: Encoding): void {
  const found = illegal.exec(text);
  if (!found) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new XmlError('xml.character_invalid', { params: { character: `U+${code}`, where: encoding } });
}
