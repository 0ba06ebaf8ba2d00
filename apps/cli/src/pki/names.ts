import type { AlternativeName } from '@tra/pki';
import { UsageError } from '../usage-error.ts';

/** Alternative names such as `dns:www.example.go.th`, `email:…`, `ip:…`, `uri:…`. Throws `cli.pki.value_invalid`. */
export function alternativeNamesOf(texts: readonly string[]): readonly AlternativeName[] {
  return texts.map((text): AlternativeName => {
    const [, kind = '', value = ''] = /^(dns|email|ip|uri):(.+)$/.exec(text) ?? [];
    switch (kind) {
      case 'dns':
        return { dns: value };
      case 'email':
        return { email: value };
      case 'ip':
        return { ip: value };
      case 'uri':
        return { uri: value };
      default:
        throw new UsageError('cli.pki.value_invalid', { params: { option: '--name', value: text } });
    }
  });
}
