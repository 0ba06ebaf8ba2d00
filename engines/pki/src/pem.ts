import { fromBase64, toBase64 } from '@tra/kernel';
import { PkiError } from './errors.ts';

const maxPemLength = 32 * 1024 * 1024;

/**
 * The DER of every block in PEM `text` (RFC 7468), or only those with `label` such as `CERTIFICATE`. Text outside blocks is
 * ignored. Throws {@link PkiError} `pki.pem_invalid` for a block that does not end or holds no base64.
 */
export function parsePem(text: string, label?: string): Uint8Array[] {
  if (text.length > maxPemLength) throw new PkiError('pki.pem_invalid', { params: { reason: 'size' } });
  const blocks: Uint8Array[] = [];
  const begin = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const name = match[1] ?? '';
    const end = text.indexOf(`-----END ${name}-----`, begin.lastIndex);
    if (end < 0) throw new PkiError('pki.pem_invalid', { params: { reason: 'end', label: name } });
    const body = text.slice(begin.lastIndex, end).replace(/\s+/g, '');
    begin.lastIndex = end;
    if (label !== undefined && name !== label) continue;
    try {
      blocks.push(fromBase64(body));
    } catch (cause) {
      throw new PkiError('pki.pem_invalid', { params: { reason: 'base64', label: name }, cause });
    }
  }
  return blocks;
}

/** PEM text of `der` under `label`, 64 characters a line, newline at the end. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
