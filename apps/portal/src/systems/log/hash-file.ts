import { derOf, sha256Hex, UnreadablePkiFile } from '../pki/pki-file.ts';

const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/** SHA-256 of what the log would hold of a file: of the DER inside for a certificate in PEM, else of the file as it is. */
export async function hashOfFile(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return await sha256Hex(contentOf(bytes));
}

function contentOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 65_536));
  if (!start.includes('-----BEGIN ')) return bytes;
  try {
    return derOf(bytes.slice(0, 65_536), certificateLabels);
  } catch (cause) {
    if (cause instanceof UnreadablePkiFile) return bytes;
    throw cause;
  }
}
