import type { SystemContext } from '@tra/platform-system';
import type { PkiConfig } from '../config.ts';

/** Where CRL and certificate of an authority are published, as they stand in the certificates that it issues. */
export interface IssuerAddresses {
  readonly crlUrls: readonly string[];
  readonly issuerUrls: readonly string[];
  readonly ocspUrls: readonly string[];
}

/** Where others fetch what is published under /pki: http, because checking a TLS certificate would need it again (RFC 5280 section 8). */
function publicationUrl({ config, server }: Pick<SystemContext<PkiConfig>, 'config' | 'server'>): string {
  return config.publicationUrl || server.publicUrl.replace(/^https:/, 'http:');
}

/** The published addresses of an authority; with a partition that part of its CRL. */
export function addressesOf(
  context: Pick<SystemContext<PkiConfig>, 'config' | 'server'>,
  authority: string,
  partition: number = 0,
): IssuerAddresses {
  const base = `${publicationUrl(context)}/pki`;
  const crl = partition === 0 ? `${authority}.crl` : `${authority}/partition-${partition}.crl`;
  return { crlUrls: [`${base}/crl/${crl}`], issuerUrls: [`${base}/${authority}.crt`], ocspUrls: [`${base}/ocsp`] };
}

/** Where the delta CRL of an authority is published (RFC 5280 section 5.2.6). */
export function deltaUrlOf(context: Pick<SystemContext<PkiConfig>, 'config' | 'server'>, authority: string): string {
  return `${publicationUrl(context)}/pki/crl/${authority}/delta.crl`;
}
