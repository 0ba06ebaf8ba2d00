import { readDer, readOctetString } from '@tra/asn1';
import { CMS_ATTRIBUTE, type MessageDigestName, messageHash, type SignerInfo } from '@tra/cms';
import { concatBytes, equalBytes } from '@tra/kernel';

/** Larger texts are not looked at again. */
const maximumBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Whether the content differs from what was signed in its line ends only: programs that sign mail make every line end CRLF first (RFC 8551 section 3.1.1), also of
 * files, unless told that they are binary. These are other octets, so the signature does not hold; but its user is to know why.
 */
export function differsInLineEnds(
  signer: SignerInfo,
  digest: MessageDigestName,
  content: readonly Uint8Array[] | undefined,
): boolean {
  const [stated, second] = signer.signedAttributes.get(CMS_ATTRIBUTE.messageDigest) ?? [];
  const size = content?.reduce((sum, { length }) => sum + length, 0) ?? 0;
  if (!content || !stated || second || size === 0 || size > maximumBytes) return false;
  try {
    return equalBytes(readOctetString(readDer(stated)), messageHash(digest).update(withCrlf(content)).digest());
  } catch {
    return false;
  }
}

/** The octets with a carriage return before every line feed that has none. */
function withCrlf(parts: readonly Uint8Array[]): Uint8Array {
  const text = concatBytes(...parts);
  let bare = 0;
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1))
    if (text[at - 1] !== carriageReturn) bare += 1;
  const out = new Uint8Array(text.length + bare);
  let to = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === lineFeed && text[at - 1] !== carriageReturn) {
      out[to] = carriageReturn;
      to += 1;
    }
    out[to] = text[at] ?? 0;
    to += 1;
  }
  return out;
}
