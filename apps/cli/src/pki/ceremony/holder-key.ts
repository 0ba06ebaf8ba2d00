import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scrypt,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson, fromBase64, type Json, toBase64, utf8Encode } from '@tra/kernel';
import { readPublicKey } from '@tra/pki';
import { CeremonyError } from './errors.ts';

/** A holder's key as it lies on the holder's own stick: sealed by a passphrase, with everything else in the file authenticated. */
interface HolderKeyFile {
  readonly version: 1;
  readonly type: 'tra-ceremony-holder';
  readonly name: string;
  /** SubjectPublicKeyInfo of the Ed25519 key, base64. */
  readonly publicKey: string;
  readonly kdf: 'scrypt';
  readonly cost: number;
  readonly salt: string;
  /** Nonce, tag and PKCS #8 by AES-256-GCM, base64. */
  readonly sealed: string;
}

/** A holder's key that was unlocked. */
export interface HolderKey {
  readonly name: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  /** Signs a text for one purpose; a signature for another purpose never fits. */
  sign(purpose: HolderPurpose, text: string): string;
}

/** What holders sign: that a script may be carried out, that a transcript tells what happened. */
export type HolderPurpose = 'approval' | 'attestation';

const cost = 2 ** 16;
const largestCost = 2 ** 20;
const shortest = 8;

/** Makes a holder's key and seals it. Rejects with `cli.ceremony.passphrase_short`. */
export async function makeHolderKey(
  name: string,
  passphrase: string,
): Promise<{ readonly text: string; readonly key: HolderKey }> {
  if ([...passphrase].length < shortest)
    throw new CeremonyError('cli.ceremony.passphrase_short', { params: { shortest } });
  const { privateKey } = generateKeyPairSync('ed25519');
  const salt = randomBytes(16);
  const publicKey = publicKeyOf(privateKey);
  const facts = { version: 1, type: 'tra-ceremony-holder', name, publicKey, kdf: 'scrypt', cost } as const;
  const header = { ...facts, salt: toBase64(salt) };
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, cost), nonce);
  cipher.setAAD(utf8Encode(canonicalJson(header)));
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  const sealed = toBase64(Buffer.concat([nonce, cipher.getAuthTag(), body]));
  return { text: `${JSON.stringify({ ...header, sealed }, null, 2)}\n`, key: holderKeyOf(name, privateKey) };
}

/** Unlocks a holder's key. Rejects with `cli.ceremony.holder_key_invalid` or `cli.ceremony.passphrase_wrong`. */
export async function openHolderKey(text: string, passphrase: string): Promise<HolderKey> {
  const { sealed, ...header } = parseFile(text);
  const key = await derive(passphrase, fromBase64(header.salt), header.cost);
  const bytes = fromBase64(sealed);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(utf8Encode(canonicalJson({ ...header })));
    decipher.setAuthTag(bytes.subarray(12, 28));
    const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    const privateKey = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
    plain.fill(0);
    return holderKeyOf(header.name, privateKey);
  } catch (cause) {
    throw new CeremonyError('cli.ceremony.passphrase_wrong', { params: { name: header.name }, cause });
  }
}

function parseFile(text: string): HolderKeyFile {
  try {
    const file = JSON.parse(text) as HolderKeyFile;
    const known = file.version === 1 && file.type === 'tra-ceremony-holder' && file.kdf === 'scrypt';
    const sane = Number.isInteger(Math.log2(file.cost)) && file.cost >= 2 ** 14 && file.cost <= largestCost;
    const texts = [file.name, file.publicKey, file.salt, file.sealed].every((value) => typeof value === 'string');
    if (!known || !sane || !texts || Object.keys(file).length !== 8) throw new TypeError('fields');
    return file;
  } catch (cause) {
    throw new CeremonyError('cli.ceremony.holder_key_invalid', { cause });
  }
}

function derive(passphrase: string, salt: Uint8Array, n: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, { N: n, r: 8, p: 1, maxmem: 256 * n * 8 }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function holderKeyOf(name: string, privateKey: KeyObject): HolderKey {
  return {
    name,
    publicKey: publicKeyOf(privateKey),
    sign: (purpose, text) => toBase64(new Uint8Array(sign(null, statement(purpose, name, text), privateKey))),
  };
}

function publicKeyOf(privateKey: KeyObject): string {
  return toBase64(new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })));
}

/** What is signed: purpose and holder stand in it, so that no statement can be taken for another. */
function statement(purpose: HolderPurpose, holder: string, text: string): Uint8Array {
  const statement: Json = { statement: `tra-ceremony-${purpose}`, version: 1, holder, sha256: text };
  return utf8Encode(canonicalJson(statement));
}

/** Whether `signature` is that of this holder over the text for that purpose. */
export function isSignedBy(
  holder: Pick<HolderKey, 'name' | 'publicKey'>,
  signature: string,
  { purpose, text }: { readonly purpose: HolderPurpose; readonly text: string },
): boolean {
  try {
    const key = readPublicKey(fromBase64(holder.publicKey));
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, statement(purpose, holder.name, text), key, fromBase64(signature));
  } catch {
    return false;
  }
}

/** What a holder signed, as it is kept beside the script or in the folder of the ceremony. */
export interface HolderStatement {
  readonly type: `tra-ceremony-${HolderPurpose}`;
  readonly holder: string;
  readonly sha256: string;
  readonly signature: string;
}

/** The statements in texts of files; what is none is left out. */
export function readStatements(texts: readonly string[]): readonly HolderStatement[] {
  return texts.flatMap((text) => {
    try {
      const { type, holder, sha256, signature } = JSON.parse(text) as HolderStatement;
      const typed = [type, holder, sha256, signature].every((value) => typeof value === 'string');
      return typed ? [{ type, holder, sha256, signature }] : [];
    } catch {
      return [];
    }
  });
}

/** The statements that count: by holders of the script, each once, signed rightly over exactly this hash. */
export function validStatements(
  statements: readonly HolderStatement[],
  expected: {
    readonly purpose: HolderPurpose;
    readonly text: string;
    readonly holders: readonly { readonly name: string; readonly publicKey: string }[];
  },
): readonly HolderStatement[] {
  const { purpose, text, holders } = expected;
  return holders.flatMap((holder) => {
    const found = statements.find(
      ({ type, holder: name, sha256, signature }) =>
        type === `tra-ceremony-${purpose}` &&
        name === holder.name &&
        sha256 === text &&
        isSignedBy(holder, signature, { purpose, text }),
    );
    return found ? [found] : [];
  });
}
