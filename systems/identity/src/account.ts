import type { LocalizedText } from '@tra/kernel';
import { IdentityError } from './errors.ts';

/**
 * Roles of the product. Every person who applies is a citizen; the others work for an agency or the operator. Registrars decide on
 * certificates, CA operators on certification authorities, time-stamping officers on subscribers of the time-stamping authority.
 */
export const ROLES = [
  'citizen',
  'officer',
  'approver',
  'auditor',
  'operator',
  'registrar',
  'ca-operator',
  'timestamp-officer',
] as const;

/** A role of the product. */
export type Role = (typeof ROLES)[number];

/** The agency that a person works for. */
export interface Agency {
  readonly id: string;
  readonly name: LocalizedText;
}

/** Somebody who can sign in. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly displayName: LocalizedText;
  readonly roles: readonly string[];
  readonly agency?: Agency;
  readonly demo: boolean;
}

/** What a new account is made of. */
export interface NewAccount {
  /** 2 to 63 characters: lower-case letters, digits, `.`, `_`, `-`; unique. */
  readonly username: string;
  readonly password: string;
  readonly displayName: LocalizedText;
  readonly roles: readonly string[];
  readonly agency?: Agency;
}

const maxPasswordLength = 256;

function isText(value: unknown, limit: number): boolean {
  return (
    typeof value === 'string' && value.trim() !== '' && value.length <= limit && !/\p{Cc}|\p{Surrogate}/u.test(value)
  );
}

function isLocalized(value: LocalizedText): boolean {
  return isText(value?.th, 200) && isText(value?.en, 200);
}

/** Makes sure that `account` can be kept. Throws an {@link IdentityError} that names the first thing that is wrong. */
export function checkNewAccount(account: NewAccount, passwordMinLength: number): void {
  if (!/^[a-z0-9][a-z0-9._-]{1,62}$/.test(account.username)) throw new IdentityError('identity.username_invalid');
  const length = [...account.password].length;
  if (length < passwordMinLength)
    throw new IdentityError('identity.password_too_short', { params: { min: passwordMinLength } });
  if (length > maxPasswordLength)
    throw new IdentityError('identity.password_too_long', { params: { max: maxPasswordLength } });
  if (!isLocalized(account.displayName)) throw new IdentityError('identity.display_name_invalid');
  const unknown = account.roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined || account.roles.length === 0) {
    throw new IdentityError('identity.role_unknown', {
      params: { role: (unknown ?? '').slice(0, 40), known: ROLES.join(', ') },
    });
  }
  const { agency } = account;
  if (agency && !(/^[a-z0-9][a-z0-9-]{1,40}$/.test(agency.id) && isLocalized(agency.name))) {
    throw new IdentityError('identity.agency_invalid');
  }
}
