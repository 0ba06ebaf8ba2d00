import { der } from '@tra/asn1';
import { PkiError } from '../errors.ts';
import { encodeName } from '../name.ts';
import { parseIpAddress, parseIpRange } from './ip-address.ts';
import { isDnsName, isEmailAddress, isUri } from './name-syntax.ts';
import type { AlternativeNameKind } from './profiles/profile.ts';
import type { AlternativeName, CaConstraints, ConstraintName } from './request.ts';

function refuse(name: string): PkiError {
  return new PkiError('pki.name_invalid', { params: { attribute: 'alternativeName', name: name.slice(0, 100) } });
}

/** Which kind an alternative name is. */
export function kindOf(name: AlternativeName): AlternativeNameKind {
  if ('dns' in name) return 'dns';
  if ('email' in name) return 'email';
  return 'ip' in name ? 'ip' : 'uri';
}

/** A GeneralName (RFC 5280 section 4.2.1.6). Throws {@link PkiError} `pki.name_invalid`. */
export function encodeAlternativeName(name: AlternativeName): Uint8Array {
  if ('dns' in name) {
    if (!isDnsName(name.dns)) throw refuse(name.dns);
    return der.ia5String(name.dns.toLowerCase(), 0x82);
  }
  if ('email' in name) {
    if (!isEmailAddress(name.email)) throw refuse(name.email);
    return der.ia5String(name.email, 0x81);
  }
  if ('ip' in name) {
    const bytes = parseIpAddress(name.ip);
    if (!bytes) throw refuse(name.ip);
    return der.element(0x87, bytes);
  }
  if (!isUri(name.uri)) throw refuse(name.uri);
  return der.ia5String(name.uri, 0x86);
}

/** SubjectAltName value. Throws {@link PkiError} `pki.name_invalid`, also when a name comes twice. */
export function alternativeNames(names: readonly AlternativeName[]): Uint8Array {
  const encoded = names.map(encodeAlternativeName);
  const texts = new Set(encoded.map((bytes) => bytes.join()));
  if (texts.size < encoded.length) throw refuse('repeated');
  return der.sequence(...encoded);
}

/** NameConstraints value (RFC 5280 section 4.2.1.10). Throws {@link PkiError} `pki.name_invalid`. */
export function nameConstraints({
  permitted = [],
  excluded = [],
}: Required<CaConstraints>['nameConstraints']): Uint8Array {
  const subtrees = (number: number, names: readonly ConstraintName[]): Uint8Array | undefined =>
    names.length === 0 ? undefined : der.element(0xa0 | number, ...names.map((name) => der.sequence(constraint(name))));
  return der.sequence(subtrees(0, permitted), subtrees(1, excluded));
}

function constraint(name: ConstraintName): Uint8Array {
  if ('directory' in name) {
    const { directory } = name;
    return der.explicit(4, directory instanceof Uint8Array ? directory : encodeName(directory));
  }
  if ('ip' in name) {
    const range = parseIpRange(name.ip);
    if (!range) throw refuse(name.ip);
    return der.element(0x87, range);
  }
  const [tag, value, host] = constraintText(name);
  if (!isDnsName(host) || host.startsWith('*')) throw refuse(value);
  return der.ia5String(value, tag);
}

/** Tag, value and the host in it: `example.th`, `.example.th` below it, or for e-mail a whole mailbox. */
function constraintText(name: { dns: string } | { email: string } | { uri: string }): [number, string, string] {
  if ('dns' in name) return [0x82, name.dns, name.dns.replace(/^\./, '')];
  if ('uri' in name) return [0x86, name.uri, name.uri.replace(/^\./, '')];
  const host = isEmailAddress(name.email) ? name.email.slice(name.email.lastIndexOf('@') + 1) : name.email;
  return [0x81, name.email, host.replace(/^\./, '')];
}
