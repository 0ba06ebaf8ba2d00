import { Buffer } from 'node:buffer';
import type { SignatureAlgorithm } from '@tra/kernel';
import { isAlgorithm } from '../algorithms.ts';
import { isPurpose, type KeyInfo, type KeyPurpose } from '../key-store.ts';
import { AgentRefusal } from './agent-messages.ts';
import { type Attribute, CK, type Cryptoki, type Handle } from './cryptoki.ts';
import { ecPublicKey, MECHANISMS, rsaPublicKey } from './mechanisms.ts';

/** More objects than this are not listed. */
const mostObjects = 10_000;
const idPrefix = 'tra1';

/**
 * CKA_ID of a key: `tra1:<purpose>:<algorithm>:<random hex>`. It holds the key's profile; the object is not modifiable, so nobody
 * takes it away, and a key without it is not used.
 */
export function keyId(purpose: KeyPurpose, algorithm: SignatureAlgorithm, randomHex: string): Uint8Array {
  return Buffer.from(`${idPrefix}:${purpose}:${algorithm}:${randomHex}`, 'latin1');
}

/** What a CKA_ID says of its key; undefined when it is not one of ours. */
export function profileOf(id: Uint8Array): Omit<KeyInfo, 'label'> | undefined {
  const [prefix, purpose = '', algorithm = '', rest = '', ...more] = Buffer.from(id).toString('latin1').split(':');
  const ours = prefix === idPrefix && /^[0-9a-f]{32}$/.test(rest) && more.length === 0;
  return ours && isPurpose(purpose) && isAlgorithm(algorithm) ? { purpose, algorithm } : undefined;
}

/** Objects that match a template, at most {@link mostObjects}. */
export function findObjects(cryptoki: Cryptoki, session: Handle, template: readonly Attribute[]): Handle[] {
  cryptoki.C_FindObjectsInit(session, template);
  try {
    const found: Handle[] = [];
    for (;;) {
      const some = cryptoki.C_FindObjects(session, 100);
      found.push(...some);
      if (some.length === 0 || found.length >= mostObjects) return found;
    }
  } finally {
    cryptoki.C_FindObjectsFinal(session);
  }
}

/** Private keys of the token, of one label or all. */
export function privateKeys(cryptoki: Cryptoki, session: Handle, label?: string): Handle[] {
  const template: Attribute[] = [
    { type: CK.CKA_CLASS, value: CK.CKO_PRIVATE_KEY },
    { type: CK.CKA_TOKEN, value: true },
  ];
  if (label !== undefined) template.push({ type: CK.CKA_LABEL, value: label });
  return findObjects(cryptoki, session, template);
}

/** Public facts of a private key object; undefined when this product did not make it. */
export function describe(
  cryptoki: Cryptoki,
  session: Handle,
  object: Handle,
): { info: KeyInfo; id: Uint8Array } | undefined {
  const [label, id] = cryptoki.C_GetAttributeValue(session, object, [{ type: CK.CKA_LABEL }, { type: CK.CKA_ID }]);
  const profile = id && profileOf(id.value);
  if (!label || !profile) return undefined;
  return { info: { label: Buffer.from(label.value).toString('utf8'), ...profile }, id: id.value };
}

const demanded: readonly (readonly [number, boolean, string])[] = [
  [CK.CKA_SENSITIVE, true, 'sensitive'],
  [CK.CKA_ALWAYS_SENSITIVE, true, 'always_sensitive'],
  [CK.CKA_EXTRACTABLE, false, 'extractable'],
  [CK.CKA_NEVER_EXTRACTABLE, true, 'never_extractable'],
  [CK.CKA_SIGN, true, 'sign'],
  [CK.CKA_DECRYPT, false, 'decrypt'],
  [CK.CKA_UNWRAP, false, 'unwrap'],
  [CK.CKA_MODIFIABLE, false, 'modifiable'],
];

/** Throws `keys.token_key_unusable` unless the token guards the key as this product demands. */
export function checkGuards(
  cryptoki: Cryptoki,
  session: Handle,
  { object, label }: { object: Handle; label: string },
): void {
  for (const [type, wanted, reason] of demanded) {
    const [attribute] = cryptoki.C_GetAttributeValue(session, object, [{ type }]);
    if ((attribute?.value[0] === 1) !== wanted) throw new AgentRefusal('keys.token_key_unusable', { label, reason });
  }
}

/** SubjectPublicKeyInfo of the public key object that belongs to a private key. */
export function publicKeyFor(
  cryptoki: Cryptoki,
  session: Handle,
  { id, info }: { id: Uint8Array; info: KeyInfo },
): Uint8Array {
  const objects = findObjects(cryptoki, session, [
    { type: CK.CKA_CLASS, value: CK.CKO_PUBLIC_KEY },
    { type: CK.CKA_TOKEN, value: true },
    { type: CK.CKA_ID, value: Buffer.from(id) },
  ]);
  const [object] = objects;
  if (!object || objects.length > 1)
    throw new AgentRefusal('keys.token_key_unusable', { label: info.label, reason: 'public_key' });
  const read = (type: number): Uint8Array => {
    const [attribute] = cryptoki.C_GetAttributeValue(session, object, [{ type }]);
    return attribute?.value ?? new Uint8Array(0);
  };
  try {
    return MECHANISMS[info.algorithm].family === 'rsa'
      ? rsaPublicKey(read(CK.CKA_MODULUS), read(CK.CKA_PUBLIC_EXPONENT))
      : ecPublicKey(info.algorithm, read(CK.CKA_EC_POINT));
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('CKR_')) throw error;
    throw new AgentRefusal('keys.token_key_unusable', { label: info.label, reason: 'public_key' });
  }
}
