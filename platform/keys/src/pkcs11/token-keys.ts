import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignatureAlgorithm } from '@tra/kernel';
import { verifierOf, verifySignature } from '../algorithms.ts';
import type { KeyInfo } from '../key-store.ts';
import { AgentRefusal, type AgentRequest, type LoadedKey } from './agent-messages.ts';
import { CK, type Handle } from './cryptoki.ts';
import { generateKey } from './generate-key.ts';
import { checkGuards, describe, findObjects, privateKeys, publicKeyFor } from './key-objects.ts';
import { inputOf, MECHANISMS, outputOf } from './mechanisms.ts';
import { type Token, unavailable } from './token.ts';

/** Room for the largest signature, RSA 4096. */
const room = 512;
/** A key that signs within this many milliseconds signs on the spot; a slower one in a thread of the pool. */
const onTheSpotMs = 0.3;

interface HeldKey {
  readonly object: Handle;
  readonly id: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly onTheSpot: boolean;
}

interface FoundKey {
  readonly object: Handle;
  readonly id: Uint8Array;
  readonly info: KeyInfo;
}

/** The keys of an open token, as the agent offers them. Signatures are as the token makes them. */
export interface TokenKeys {
  load(label: string): Promise<LoadedKey | undefined>;
  find(label: string): Promise<KeyInfo | undefined>;
  list(): Promise<readonly KeyInfo[]>;
  generate(request: Extract<AgentRequest, { op: 'generate' }>): Promise<LoadedKey>;
  /** The signature itself when the key is fast and a session is free, else a promise of it. */
  sign(key: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Throws unless the token and all loaded keys are still there. */
  ping(): Promise<void>;
}

/** Offers the keys of a token. */
export function openTokenKeys(token: Token): TokenKeys {
  const held: HeldKey[] = [];
  const { cryptoki } = token;
  const hold = (session: Handle, { object, id, info }: FoundKey): LoadedKey => {
    checkGuards(cryptoki, session, { object, label: info.label });
    const publicKey = publicKeyFor(cryptoki, session, { id, info });
    const onTheSpot = proveKey(token, session, { object, info, publicKey }) < onTheSpotMs;
    held.push({ object, id, algorithm: info.algorithm, onTheSpot: onTheSpot || !token.parallel });
    return { ...info, key: held.length - 1, publicKey };
  };
  return {
    load: async (label) => {
      const found = await single(token, label);
      return found && token.withSession((session) => hold(session, found));
    },
    find: async (label) => (await single(token, label))?.info,
    list: () =>
      token.withSession((session) => {
        const infos = privateKeys(cryptoki, session).map((object) => describe(cryptoki, session, object)?.info);
        return infos.filter((info) => info !== undefined);
      }),
    generate: async (request) => {
      const object = await generateKey(token, request);
      return token.withSession((session) => {
        const described = describe(cryptoki, session, object);
        if (!described) throw unavailable('lost_key');
        return hold(session, { object, ...described });
      });
    },
    sign: (key, data) => {
      const entry = held[key];
      if (!entry) throw unavailable('unknown_key');
      return signWith(token, entry, data);
    },
    ping: () =>
      token.withSession((session) => {
        token.check();
        for (const { id } of held) {
          const template = [
            { type: CK.CKA_CLASS, value: CK.CKO_PRIVATE_KEY },
            { type: CK.CKA_ID, value: Buffer.from(id) },
          ];
          if (findObjects(cryptoki, session, template).length !== 1) throw unavailable('lost_key');
        }
      }),
  };
}

/** The one key of a label. Throws when there are several or this product did not make it. */
async function single(token: Token, label: string): Promise<FoundKey | undefined> {
  // Two makers of one label may both have a key for a moment, until one takes its own back.
  for (const pause of [100, 300, undefined]) {
    const objects = await token.withSession((session) => privateKeys(token.cryptoki, session, label));
    const [object] = objects;
    if (!object) return undefined;
    if (objects.length === 1) return token.withSession((session) => described(token, session, { object, label }));
    if (pause) await sleep(pause);
  }
  throw new AgentRefusal('keys.token_key_unusable', { label, reason: 'several' });
}

function described({ cryptoki }: Token, session: Handle, key: { object: Handle; label: string }): FoundKey {
  const facts = describe(cryptoki, session, key.object);
  if (!facts) throw new AgentRefusal('keys.token_key_unusable', { label: key.label, reason: 'profile' });
  return { object: key.object, ...facts };
}

/** Lets the key sign something new and verifies it; returns the milliseconds that the fastest of four took. */
function proveKey(
  { cryptoki }: Token,
  session: Handle,
  { object, info, publicKey }: { object: Handle; info: KeyInfo; publicKey: Uint8Array },
): number {
  const { algorithm, label } = info;
  const mechanism = { mechanism: MECHANISMS[algorithm].sign, parameter: null };
  const verifier = verifierOf(algorithm, publicKey);
  let took = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 4; turn += 1) {
    const data = randomBytes(32);
    const started = performance.now();
    cryptoki.C_SignInit(session, mechanism, object);
    const raw = cryptoki.C_Sign(session, inputOf(algorithm, data), Buffer.alloc(room));
    took = Math.min(took, performance.now() - started);
    const signature = outputOf(algorithm, raw);
    if (!signature || !verifySignature(verifier, data, signature))
      throw new AgentRefusal('keys.token_key_unusable', { label, reason: 'signature' });
  }
  return took;
}

function signWith(token: Token, key: HeldKey, data: Uint8Array): Uint8Array | Promise<Uint8Array> {
  const { cryptoki } = token;
  const mechanism = { mechanism: MECHANISMS[key.algorithm].sign, parameter: null };
  const session = key.onTheSpot ? token.acquireNow() : undefined;
  if (session) {
    try {
      cryptoki.C_SignInit(session, mechanism, key.object);
      return cryptoki.C_Sign(session, asBuffer(data), Buffer.alloc(room));
    } finally {
      token.release(session);
    }
  }
  return token.withSession((own) => {
    cryptoki.C_SignInit(own, mechanism, key.object);
    if (!token.parallel) return cryptoki.C_Sign(own, asBuffer(data), Buffer.alloc(room));
    return cryptoki.C_SignAsync(own, asBuffer(data), Buffer.alloc(room));
  });
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.length);
}
