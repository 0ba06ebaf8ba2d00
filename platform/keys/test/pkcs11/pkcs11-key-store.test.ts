import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CK, type Cryptoki, type Handle } from '../../src/pkcs11/cryptoki.ts';
import { createTestToken, library, pin, reason, type TestToken } from './softhsm.ts';

let token: TestToken;
beforeEach(async () => {
  token = await createTestToken();
});
afterEach(() => token.remove());

const p256 = { algorithm: 'ecdsa-p256-sha256', purpose: 'time-stamping' } as const;
const unavailable = { code: 'keys.token_unavailable' };

/** Runs `work` with the token open in this process, as somebody else with the PIN would. */
function asStranger<T>(work: (cryptoki: Cryptoki, session: Handle) => T): T {
  const module = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Cryptoki & { C_Finalize(): void } };
  const cryptoki = new module.PKCS11();
  const before = process.env.SOFTHSM2_CONF;
  process.env.SOFTHSM2_CONF = token.environment.SOFTHSM2_CONF;
  cryptoki.load(library);
  cryptoki.C_Initialize();
  try {
    const slot = cryptoki
      .C_GetSlotList(true)
      .find((each) => cryptoki.C_GetTokenInfo(each).label.trim() === token.tokenLabel) as Handle;
    const session = cryptoki.C_OpenSession(slot, CK.CKF_SERIAL_SESSION | CK.CKF_RW_SESSION);
    cryptoki.C_Login(session, CK.CKU_USER, pin);
    return work(cryptoki, session);
  } finally {
    cryptoki.C_Finalize();
    if (before === undefined) delete process.env.SOFTHSM2_CONF;
    else process.env.SOFTHSM2_CONF = before;
  }
}

function objectsOf(cryptoki: Cryptoki, session: Handle, kind: number): Handle[] {
  cryptoki.C_FindObjectsInit(session, [{ type: CK.CKA_CLASS, value: kind }]);
  const found = cryptoki.C_FindObjects(session, 10);
  cryptoki.C_FindObjectsFinal(session);
  return found;
}

describe.skipIf(reason)('keys in a token', () => {
  it('cannot be read, changed, given another purpose, or used for another mechanism', async () => {
    await (await token.open()).create('unit', p256);
    asStranger((cryptoki, session) => {
      const [key] = objectsOf(cryptoki, session, CK.CKO_PRIVATE_KEY) as [Handle];
      const value = [{ type: 0x11 }];
      expect(() => cryptoki.C_GetAttributeValue(session, key, value)).toThrow('CKR_ATTRIBUTE_SENSITIVE');
      const change = cryptoki as unknown as { C_SetAttributeValue(...args: unknown[]): void };
      for (const type of [CK.CKA_ID, CK.CKA_LABEL]) {
        expect(() => change.C_SetAttributeValue(session, key, [{ type, value: Buffer.from('x') }])).toThrow('CKR_');
      }
      expect(() => change.C_SetAttributeValue(session, key, [{ type: CK.CKA_EXTRACTABLE, value: true }])).toThrow(
        'CKR_',
      );
      const ecdsaWithSha1 = { mechanism: 0x1042, parameter: null };
      expect(() => cryptoki.C_SignInit(session, ecdsaWithSha1, key)).toThrow('CKR_MECHANISM_INVALID');
      const wrap = cryptoki as unknown as { C_WrapKey(...args: unknown[]): void };
      expect(() => wrap.C_WrapKey(session, { mechanism: 0x1, parameter: null }, key, key, Buffer.alloc(512))).toThrow();
    });
  });

  it('are refused when somebody else made them, or guards are missing, or there are two', async () => {
    const store = await token.open();
    const make = (label: string, id: string, attributes: { type: number; value: boolean }[] = []): void =>
      asStranger((cryptoki, session) => {
        const common = [
          { type: CK.CKA_TOKEN, value: true },
          { type: CK.CKA_LABEL, value: label },
          { type: CK.CKA_ID, value: Buffer.from(id) },
        ];
        const generate = cryptoki as unknown as { C_GenerateKeyPair(...args: unknown[]): void };
        generate.C_GenerateKeyPair(
          session,
          { mechanism: CK.CKM_EC_KEY_PAIR_GEN, parameter: null },
          [...common, { type: CK.CKA_EC_PARAMS, value: Buffer.from('06082a8648ce3d030107', 'hex') }],
          [...common, { type: CK.CKA_SIGN, value: true }, ...attributes],
        );
      });
    const profile = (end: string): string => `tra1:time-stamping:ecdsa-p256-sha256:${'0'.repeat(31)}${end}`;
    make('foreign', 'my key');
    make('leaky', profile('1'), [
      { type: CK.CKA_SENSITIVE, value: true },
      { type: CK.CKA_EXTRACTABLE, value: true },
    ]);
    make('soft', profile('2'), [
      { type: CK.CKA_SENSITIVE, value: true },
      { type: CK.CKA_EXTRACTABLE, value: false },
    ]);
    make('twice', profile('3'));
    make('twice', profile('4'));
    for (const [label, why] of [
      ['foreign', 'profile'],
      ['leaky', 'extractable'],
      ['soft', 'decrypt|unwrap|modifiable'],
      ['twice', 'several'],
    ] as const) {
      const error = await store.get(label, 'time-stamping').catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'keys.token_key_unusable', params: { label } });
      expect((error as { params: { reason: string } }).params.reason).toMatch(new RegExp(`^(?:${why})$`));
      await expect(store.create(label, p256)).rejects.toMatchObject({ code: 'keys.already_exists' });
    }
    await store.check();
  });
});

describe.skipIf(reason)('a token that is lost', () => {
  it('fails closed and serves again when it is back, with the same keys and signers', async () => {
    const changes: string[] = [];
    const store = await token.open({ limits: { reconnectMs: 50 }, changed: (state) => changes.push(state) });
    const signer = await store.create('unit', p256);
    const [folder] = (await readdir(token.folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const home = join(token.folder, folder?.name ?? '');
    await rename(home, `${home}.away`);
    await expect(store.check()).rejects.toMatchObject(unavailable);
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject(unavailable);
    await expect(store.get('unit', 'time-stamping')).rejects.toMatchObject(unavailable);
    await expect(store.create('other', p256)).rejects.toMatchObject(unavailable);
    await rename(`${home}.away`, home);
    await expect.poll(() => store.check().then(() => 'ok'), { timeout: 10_000 }).toBe('ok');
    expect(await signer.sign(Buffer.from('x'))).toBeInstanceOf(Uint8Array);
    expect(changes.at(0)).toBe('unavailable');
    expect(changes.at(-1)).toBe('available');
  });

  it('comes back when the process that holds it is killed, and says so meanwhile', async () => {
    const store = await token.open({ limits: { reconnectMs: 50 } });
    const signer = await store.create('unit', p256);
    const pid = await agentPid();
    process.kill(pid, 'SIGKILL');
    const late = await Promise.allSettled(Array.from({ length: 20 }, () => signer.sign(Buffer.from('x'))));
    for (const result of late) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject(unavailable);
    }
    await expect.poll(() => signer.sign(Buffer.from('x')).then(() => 'ok'), { timeout: 10_000 }).toBe('ok');
    expect(await agentPid()).not.toBe(pid);
  });

  it('is given up when its library hangs', async () => {
    const store = await token.open({ limits: { signMs: 300, reconnectMs: 50 } });
    const signer = await store.create('unit', p256);
    process.kill(await agentPid(), 'SIGSTOP');
    const started = performance.now();
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ params: { reason: 'no_answer' } });
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect.poll(() => signer.sign(Buffer.from('x')).then(() => 'ok'), { timeout: 10_000 }).toBe('ok');
  });

  it('never signs again with another key of the same label after it was initialised anew', async () => {
    const store = await token.open({ limits: { reconnectMs: 50 } });
    const signer = await store.create('unit', p256);
    const slot = /Slot (\d{3,})/.exec(token.util('--show-slots'))?.[1] ?? '';
    token.util('--init-token', '--slot', slot, '--label', token.tokenLabel, '--pin', pin, '--so-pin', '87654321');
    await expect(store.check()).rejects.toMatchObject(unavailable);
    const other = await token.open();
    await other.create('unit', p256);
    await expect.poll(() => store.check().then(() => 'ok'), { timeout: 10_000 }).toBe('ok');
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'keys.token_key_changed' });
    await expect(store.get('unit', 'time-stamping')).rejects.toMatchObject({ code: 'keys.token_key_changed' });
  });

  it('refuses everything after close', async () => {
    const store = await token.open();
    const signer = await store.create('unit', p256);
    await store.close();
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject(unavailable);
    await expect(store.list()).rejects.toMatchObject(unavailable);
  });

  async function agentPid(): Promise<number> {
    const { execFileSync } = await import('node:child_process');
    const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
    const line = lines.split('\n').find((each) => each.includes('pkcs11/agent'));
    return Number(line?.trim().split(' ')[0]);
  }
});

describe.skipIf(reason)('opening', () => {
  it('tries a wrong PIN once, and again only when the PIN is another one', async () => {
    const pinFile = join(token.folder, 'pin');
    await writeFile(pinFile, '00000\n');
    const wrong = { code: 'keys.pin_wrong' };
    const error = await token.open({ pin: { pinFile } }).catch((cause: unknown) => cause);
    expect(error).toMatchObject(wrong);
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('00000');
    await writeFile(pinFile, `${pin}\n`);
    const store = await token.open({ pin: { pinFile }, limits: { reconnectMs: 20 } });
    await writeFile(pinFile, '00000');
    const slot = /Slot (\d{3,})/.exec(token.util('--show-slots'))?.[1] ?? '';
    expect(slot).not.toBe('');
    const [folder] = (await readdir(token.folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const home = join(token.folder, folder?.name ?? '');
    await rename(home, `${home}.away`);
    await expect(store.check()).rejects.toMatchObject(unavailable);
    await rename(`${home}.away`, home);
    await expect.poll(() => store.check().catch(({ code }) => code), { timeout: 10_000 }).toBe('keys.pin_wrong');
    await writeFile(pinFile, pin);
    await expect
      .poll(
        () =>
          store.check().then(
            () => 'ok',
            () => 'not',
          ),
        { timeout: 10_000 },
      )
      .toBe('ok');
  });

  it.each([
    [{ library: '/nonexistent/lib.so' }, 'keys.token_library_invalid'],
    [{ tokenLabel: 'another' }, 'keys.token_unavailable'],
    [{ pin: {} }, 'keys.pin_missing'],
    [{ pin: { pinFile: '/nonexistent/pin' } }, 'keys.pin_missing'],
    [{ pin: { pin: 'a', pinFile: 'b' } }, 'keys.secret_invalid'],
  ])('%j is %s', async (more, code) => {
    await expect(token.open(more)).rejects.toMatchObject({ code });
  });

  it('refuses two tokens of one label', async () => {
    token.util('--init-token', '--free', '--label', token.tokenLabel, '--pin', pin, '--so-pin', '87654321');
    await expect(token.open()).rejects.toMatchObject({ params: { reason: 'several_tokens' } });
  });

  it('finds a token folder that is empty', async () => {
    await rm(token.folder, { recursive: true });
    await mkdir(token.folder);
    await expect(token.open()).rejects.toMatchObject(unavailable);
    await sleep(0);
  });
});
