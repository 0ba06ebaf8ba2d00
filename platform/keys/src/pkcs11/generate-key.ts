import { Buffer } from 'node:buffer';
import { randomBytes, randomInt } from 'node:crypto';
import { endianness } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentRefusal, type AgentRequest } from './agent-messages.ts';
import { type Attribute, CK, type Handle, returnCodeOf } from './cryptoki.ts';
import { keyId, privateKeys } from './key-objects.ts';
import { withMachineLock } from './machine-lock.ts';
import { MECHANISMS, type MechanismRules } from './mechanisms.ts';
import type { Token } from './token.ts';

type GenerateRequest = Extract<AgentRequest, { op: 'generate' }>;

const attempts = 8;

/**
 * Makes a key pair in the token. A token does not keep labels apart, so whoever finds a second key of the label after making its own
 * takes its own back and tries again later: of several makers, in whatever processes, exactly one succeeds and the others find
 * its key. Resolves to the private key object. Throws `keys.already_exists`, `keys.algorithm_unsupported`.
 */
export function generateKey(token: Token, request: GenerateRequest): Promise<Handle> {
  // Processes of one machine take turns, since a token in software shows a new key to the others only after a while.
  return withMachineLock(`tra-token-${token.serialNumber}`, () => generateAlone(token, request));
}

async function generateAlone(token: Token, request: GenerateRequest): Promise<Handle> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const key = await token.withSession((session) => tryGenerate(token, session, request));
    if (key) return key;
    await sleep(randomInt(20, 200 * (attempt + 1)));
  }
  throw new AgentRefusal('keys.already_exists', { label: request.label });
}

async function tryGenerate(token: Token, session: Handle, request: GenerateRequest): Promise<Handle | undefined> {
  const { cryptoki } = token;
  const { label } = request;
  if (privateKeys(cryptoki, session, label).length > 0) throw new AgentRefusal('keys.already_exists', { label });
  const pair = await makePair(token, session, request);
  if (privateKeys(cryptoki, session, label).length === 1) return pair.privateKey;
  cryptoki.C_DestroyObject(session, pair.privateKey);
  cryptoki.C_DestroyObject(session, pair.publicKey);
  return undefined;
}

/** Answers that mean: this form of the request is not known to the token; another one may be. */
const formRefused: readonly number[] = [
  CK.CKR_ATTRIBUTE_TYPE_INVALID,
  CK.CKR_ATTRIBUTE_VALUE_INVALID,
  CK.CKR_TEMPLATE_INCONSISTENT,
  CK.CKR_DOMAIN_PARAMS_INVALID,
  CK.CKR_CURVE_NOT_SUPPORTED,
  CK.CKR_MECHANISM_PARAM_INVALID,
  CK.CKR_MECHANISM_INVALID,
  CK.CKR_KEY_SIZE_RANGE,
];

async function makePair(
  token: Token,
  session: Handle,
  request: GenerateRequest,
): Promise<{ publicKey: Handle; privateKey: Handle }> {
  const rules = MECHANISMS[request.algorithm];
  const id = keyId(request.purpose, request.algorithm, randomBytes(16).toString('hex'));
  const mechanism = { mechanism: rules.generate, parameter: null };
  for (const curve of rules.curves.length > 0 ? rules.curves : [undefined]) {
    for (const extras of [[...mechanismBinding(rules), { type: CK.CKA_COPYABLE, value: false }], []]) {
      const publicTemplate = publicAttributes({ request, id, curve });
      const privateTemplate = [...privateAttributes(request.label, id), ...extras];
      try {
        return await token.cryptoki.C_GenerateKeyPairAsync(session, mechanism, publicTemplate, privateTemplate);
      } catch (error) {
        if (!formRefused.includes(returnCodeOf(error) ?? -1)) throw error;
      }
    }
  }
  throw new AgentRefusal('keys.algorithm_unsupported', { algorithm: request.algorithm });
}

/** CKA_ALLOWED_MECHANISMS: the token itself refuses any other use. */
function mechanismBinding({ sign }: MechanismRules): Attribute[] {
  const value = Buffer.alloc(8);
  if (endianness() === 'LE') value.writeUInt32LE(sign, 0);
  else value.writeUInt32BE(sign, 4);
  return [{ type: CK.CKA_ALLOWED_MECHANISMS, value }];
}

function publicAttributes({
  request,
  id,
  curve,
}: {
  request: GenerateRequest;
  id: Uint8Array;
  curve: string | undefined;
}): Attribute[] {
  const shape: Attribute[] = curve
    ? [{ type: CK.CKA_EC_PARAMS, value: Buffer.from(curve, 'hex') }]
    : [
        { type: CK.CKA_MODULUS_BITS, value: request.rsaBits },
        { type: CK.CKA_PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
      ];
  return [
    { type: CK.CKA_TOKEN, value: true },
    { type: CK.CKA_PRIVATE, value: false },
    { type: CK.CKA_LABEL, value: request.label },
    { type: CK.CKA_ID, value: id },
    { type: CK.CKA_VERIFY, value: true },
    { type: CK.CKA_MODIFIABLE, value: false },
    ...shape,
  ];
}

function privateAttributes(label: string, id: Uint8Array): Attribute[] {
  return [
    { type: CK.CKA_TOKEN, value: true },
    { type: CK.CKA_PRIVATE, value: true },
    { type: CK.CKA_LABEL, value: label },
    { type: CK.CKA_ID, value: id },
    { type: CK.CKA_SENSITIVE, value: true },
    { type: CK.CKA_EXTRACTABLE, value: false },
    { type: CK.CKA_SIGN, value: true },
    { type: CK.CKA_SIGN_RECOVER, value: false },
    { type: CK.CKA_DECRYPT, value: false },
    { type: CK.CKA_UNWRAP, value: false },
    { type: CK.CKA_DERIVE, value: false },
    { type: CK.CKA_MODIFIABLE, value: false },
  ];
}
