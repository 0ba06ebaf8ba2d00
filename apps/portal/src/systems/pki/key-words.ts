const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** A key as people call it: `ec secp384r1` is `EC P-384`, `rsa 3072` is `RSA 3072`. */
export function keyWords(algorithm: string | null): string {
  const [type = '', size = ''] = (algorithm ?? '').split(' ');
  const name = type === 'ed25519' ? 'Ed25519' : type.toUpperCase();
  return `${name} ${curves[size] ?? size}`.trim();
}
