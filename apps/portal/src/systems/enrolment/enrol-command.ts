import type { NewCredential } from './api.ts';

/** The command that enrols with a credential: certbot for ACME, openssl and curl for EST. */
export function commandOf(
  credential: Pick<NewCredential, 'kind' | 'id' | 'secret' | 'names' | 'profile' | 'label'>,
  origin: string,
): string {
  const { id, secret } = credential;
  const name = credential.names[0] ?? 'www.example.go.th';
  if (credential.kind === 'acme') {
    return [
      'certbot certonly --standalone \\',
      `  --server ${origin}/acme/directory \\`,
      `  --eab-kid ${id} --eab-hmac-key ${secret} \\`,
      `  -d ${name}`,
    ].join('\n');
  }
  const request =
    credential.profile === 'tls-server'
      ? `openssl req -new -key key.pem -subj /CN=${name} -addext subjectAltName=DNS:${name} -outform DER |`
      : 'openssl req -new -key key.pem -subj / -outform DER |';
  return [
    'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem',
    request,
    '  openssl base64 |',
    `  curl -sS -u ${id}:${secret} -H 'content-type: application/pkcs10' --data-binary @- \\`,
    `    ${origin}/.well-known/est/simpleenroll |`,
    '  openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out certificate.pem',
  ].join('\n');
}
