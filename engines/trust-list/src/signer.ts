import type { Certificate } from '@tra/pki';
import { TSL_SIGNING_PURPOSE } from './identifiers.ts';

/** Whether a certificate is one for signing trusted lists: the purpose, a key usage of signing only, no CA (ETSI TS 119 612 clause 5.7.1). */
export function maySignLists({ extendedKeyUsage, isCa, keyUsage }: Certificate): boolean {
  const usages = [...(keyUsage ?? [])];
  return (
    !isCa &&
    extendedKeyUsage?.includes(TSL_SIGNING_PURPOSE) === true &&
    usages.length > 0 &&
    usages.every((usage) => usage === 'digitalSignature' || usage === 'nonRepudiation')
  );
}
