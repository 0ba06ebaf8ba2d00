import type { NamePart } from './pki-file.ts';

/** Short names in the text form of a distinguished name (RFC 4514), as the server writes them. */
const shortNames: Readonly<Record<string, string>> = {
  CN: 'commonName',
  SN: 'surname',
  GN: 'givenName',
  C: 'country',
  L: 'locality',
  ST: 'stateOrProvince',
  O: 'organization',
  OU: 'organizationalUnit',
  T: 'title',
};

/** The attributes of a name such as `CN=Root,O=Agency,C=TH`, in the order of the text. */
export function readSubject(text: string): NamePart[] {
  const parts: NamePart[] = [];
  for (const piece of splitUnescaped(text)) {
    const at = piece.indexOf('=');
    if (at < 1) continue;
    const name = piece.slice(0, at).trim();
    parts.push({ attribute: shortNames[name] ?? name, value: unescapeValue(piece.slice(at + 1)) });
  }
  return parts;
}

function splitUnescaped(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') {
      piece += character + (text[at + 1] ?? '');
      at += 1;
    } else if (character === ',' || character === '+') {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  return [...pieces, piece];
}

function unescapeValue(value: string): string {
  return value.replace(/\\([0-9a-f]{2})|\\(.)/gi, (_whole, hex: string | undefined, plain: string | undefined) =>
    hex === undefined ? (plain ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** What a person calls the subject: its common name, else its organisation, else the whole. */
export function nameOf(parts: readonly NamePart[], whole = ''): string {
  const get = (attribute: string): string | undefined => parts.find((part) => part.attribute === attribute)?.value;
  return get('commonName') ?? get('organization') ?? (whole || parts.map((part) => part.value).join(', '));
}

/** The same for the text of a name. */
export function nameOfSubject(text: string | null | undefined): string {
  return text ? nameOf(readSubject(text), text) : '';
}
