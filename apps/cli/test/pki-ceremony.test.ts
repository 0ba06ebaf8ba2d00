import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { parseCertificate, parseCrl, parsePem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChainRecord, lineOf, nextRecord, readChain } from '../src/pki/chain.ts';
import { caRequest, has, issuingStep, openRoom, type Room, rootStep, run, sha256, tra } from './pki-world.ts';

let room: Room;
let hash = '';
let script = '';

beforeAll(async () => {
  room = await openRoom();
  const csr = await caRequest();
  hash = sha256(csr);
  await writeFile(room.at('issuing.csr'), csr);
  script = await room.script('first.json', {
    steps: [rootStep, issuingStep(hash), { do: 'issue-crl', number: 1, days: 90 }, { do: 'close' }],
  });
});

afterAll(() => room.close());

describe('a root ceremony', () => {
  test('shows everything before, touching no key', async () => {
    const { status, stdout } = await tra(['pki', 'ceremony', script, '--dry-run']);
    expect(status).toBe(0);
    expect(stdout).toContain('NOTHING IS SIGNED');
    expect(stdout).toContain('CN=Test Root');
    expect(stdout).toContain('CN=Issuing CA 1');
    expect(stdout).toMatch(/pathLen/i);
    await expect(readFile(room.at('root-keys', 'keystore.json'))).rejects.toThrow();
  });

  test('does not begin without enough approvals, and says how many are there', async () => {
    await room.approve(script, 1);
    const { status, stderr } = await room.ceremony(script, room.at('out'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('1 of 2 necessary approvals')]);
    await expect(readFile(room.at('out', 'script.json'))).rejects.toThrow();
  });

  test('makes root, issuing CA and list, and a transcript that holds', async () => {
    await room.approve(script, 2);
    const { status, stdout, stderr } = await room.ceremony(script, room.at('out'));
    expect(stderr).toContain('Step 2: sign-subordinate');
    expect(status).toBe(0);
    const root = parseCertificate(await readFile(room.at('out', 'root.crt')));
    expect(stdout.replace(/\s/g, '').toLowerCase()).toContain(sha256(root.der));
    expect(parseCrl(await readFile(room.at('out', 'root.crl'))).numberHex).toBe('01');
    const early = await tra(['pki', 'ceremony', 'verify', room.at('out')]);
    expect([early.status, early.stdout]).toEqual([2, expect.stringContaining('not attested')]);
    await room.attest(room.at('out'));
    const report = await tra(['pki', 'ceremony', 'verify', room.at('out'), '--format', 'json']);
    expect(JSON.parse(report.stdout)).toMatchObject({ verdict: 'passed', rootSha256: sha256(root.der) });
    expect(report.status).toBe(0);
    const own = room.holders.map(({ publicKey }) => publicKey);
    expect((await tra(['pki', 'ceremony', 'verify', room.at('out'), '--holder', ...own])).status).toBe(0);
    expect((await tra(['pki', 'ceremony', 'verify', room.at('out'), '--holder', own[0]!])).status).toBe(1);
    expect(await readFile(room.at('out', 'transcript.th.txt'), 'utf8')).toContain('พิธีทดสอบ');
  });

  test.skipIf(!has('openssl'))('openssl accepts every result', () => {
    const out = room.at('out');
    expect(
      run(
        out,
        'openssl',
        'verify',
        '-x509_strict',
        '-crl_check',
        '-CRLfile',
        'root.crl.pem',
        '-CAfile',
        'root.pem',
        'issuing.pem',
      ),
    ).toContain('issuing.pem: OK');
    expect(run(out, 'openssl', 'crl', '-inform', 'DER', '-in', 'root.crl', '-CAfile', 'root.pem', '-noout')).toContain(
      'verify OK',
    );
    expect(run(out, 'openssl', 'verify', '-x509_strict', '-CAfile', 'root.pem', 'root.pem')).toContain('root.pem: OK');
  });

  test('overwrites nothing, and is not carried out twice', async () => {
    const again = await room.ceremony(script, room.at('out'));
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    const elsewhere = await room.ceremony(script, room.at('elsewhere'));
    expect([elsewhere.status, elsewhere.stderr]).toEqual([1, expect.stringContaining('was carried out before')]);
    await expect(readFile(room.at('elsewhere', 'root.crt'))).rejects.toThrow();
    const resumed = await room.ceremony(script, room.at('out'), '--resume');
    expect(resumed.status).toBe(0);
    expect((await tra(['pki', 'ceremony', 'verify', room.at('out')])).status).toBe(0);
  });

  test('finds every change to what is in the folder', async () => {
    const failing = async (change: (copy: string) => Promise<void>): Promise<string> => {
      const copy = room.at('copy');
      await cp(room.at('out'), copy, { recursive: true });
      await change(copy);
      const { status, stdout } = await tra(['pki', 'ceremony', 'verify', copy]);
      await rm(copy, { recursive: true });
      expect(status).toBe(1);
      return stdout
        .split('\n')
        .filter((line) => line.includes('✗'))
        .join('\n');
    };
    const edit = (name: string, from: string | RegExp, to: string) => async (copy: string) =>
      writeFile(`${copy}/${name}`, (await readFile(`${copy}/${name}`, 'utf8')).replace(from, to));
    expect(await failing(edit('transcript.jsonl', '"label":"root-1"', '"label":"root-2"'))).toContain('check.chain');
    expect(await failing(edit('transcript.jsonl', /.*\n$/, ''))).toContain('check.attestations');
    expect(await failing(edit('script.json', '"years": 20', '"years": 30'))).toContain('check.script');
    expect(await failing((copy) => cp(`${copy}/root.crt`, `${copy}/issuing.crt`))).toContain('check.file');
    expect(await failing((copy) => cp(`${copy}/issuing.crt`, `${copy}/second.crt`))).toContain('check.stranger');
    expect(await failing((copy) => writeFile(`${copy}/inputs/issuing.csr`, 'x'))).toContain('check.input');
    expect(await failing((copy) => rm(`${copy}/root.crl`))).toContain('check.file');
  });

  test('finds a history that was written anew: something more was signed, or something is left out', async () => {
    const { records } = readChain(await readFile(room.at('out', 'transcript.jsonl'), 'utf8'));
    const judged = async (change: (all: ChainRecord[]) => readonly ChainRecord[]): Promise<string> => {
      const copy = room.at('rewritten');
      await cp(room.at('out'), copy, { recursive: true });
      const anew: ChainRecord[] = [];
      for (const record of change([...records])) anew.push(nextRecord(anew.at(-1), record));
      await writeFile(`${copy}/transcript.jsonl`, anew.map(lineOf).join(''));
      const { status, stdout } = await tra(['pki', 'ceremony', 'verify', copy]);
      await rm(copy, { recursive: true });
      expect([status, stdout]).toEqual([1, expect.stringContaining('✓ The transcript is one chain')]);
      return stdout
        .split('\n')
        .filter((line) => line.includes('✗'))
        .join('\n');
    };
    const isList = ({ data }: ChainRecord) => data.kind === 'crl';
    const second = ({ type, data }: ChainRecord) => type === 'signed' && data.step === 2;
    const twice = await judged((all) => all.flatMap((one) => (second(one) ? [one, one] : [one])));
    expect(twice).toContain('check.extra');
    expect(twice).toContain('check.attestations');
    const outside = await judged((all) =>
      all.flatMap((one) => (second(one) ? [one, { ...one, data: { ...one.data, step: 9 } }] : [one])),
    );
    expect(outside).toContain('check.extra');
    expect(await judged((all) => all.filter((one) => !isList(one)))).toContain('check.missing');
    const late = (all: ChainRecord[]) =>
      all.map((one) => ({ ...one, data: one.n === 1 ? { ...one.data, began: '2020-01-01T00:00:00Z' } : one.data }));
    const moved = await judged(late);
    expect(moved).toContain('check.window');
    expect(moved).toContain('check.declared');
    const forged = (all: ChainRecord[]) =>
      all.map((one) => ({ ...one, data: one.n === 1 ? { ...one.data, approvals: [] } : one.data }));
    expect(await judged(forged)).toContain('check.approvals');
  });

  test('goes on with an existing root: cross-certifies, revokes, and never goes back', async () => {
    const other = await openRoom();
    const theirs = await other.script('other.json', {
      steps: [{ ...rootStep, subject: { ...rootStep.subject, commonName: 'Neighbour Root' } }, { do: 'close' }],
    });
    await other.approve(theirs);
    expect((await other.ceremony(theirs, other.at('out'))).status).toBe(0);
    for (const name of ['root.crt', 'root.crl', 'issuing.crt']) await cp(room.at('out', name), room.at(name));
    await cp(other.at('out', 'root.pem'), room.at('neighbour.pem'));
    const pin = async (file: string) => ({ file, sha256: sha256(await readFile(room.at(file))) });
    const steps = (number: number) => async () => [
      { do: 'use-root', key: 'root-1', certificate: await pin('root.crt') },
      {
        do: 'cross-certify',
        name: 'neighbour-cross',
        certificate: await pin('neighbour.pem'),
        years: 5,
        pathLength: 1,
        nameConstraints: { permitted: [{ dns: 'go.la' }] },
        crlUrls: ['http://pki.example.go.th/pki/crl/root.crl'],
      },
      {
        do: 'issue-crl',
        number,
        days: 90,
        previous: await pin('root.crl'),
        revoke: [{ certificate: await pin('issuing.crt'), reason: 'cessationOfOperation' }],
      },
      { do: 'close' },
    ];
    const old = await room.script('old.json', { steps: await steps(1)() });
    const preview = await tra(['pki', 'ceremony', old, '--dry-run']);
    expect([preview.status, preview.stderr]).toEqual([1, expect.stringContaining('must be higher')]);
    const next = await room.script('next.json', { steps: await steps(2)() });
    await room.approve(next);
    expect((await room.ceremony(next, room.at('out2'))).stderr).not.toContain('✗');
    await room.attest(room.at('out2'));
    const verified = await tra(['pki', 'ceremony', 'verify', room.at('out2')]);
    expect(verified.stdout).not.toMatch(/[✗?] /);
    expect(verified.status).toBe(0);
    const crl = parseCrl(await readFile(room.at('out2', 'root.crl')));
    const revoked = parseCertificate(await readFile(room.at('issuing.crt'))).serialHex;
    expect([...crl.entries()]).toMatchObject([{ serialHex: revoked, reason: 'cessationOfOperation' }]);
    const cross = parseCertificate(await readFile(room.at('out2', 'neighbour-cross.crt')));
    const neighbour = parseCertificate(await readFile(other.at('out', 'root.crt')));
    expect(cross.subject.key).toBe(neighbour.subject.key);
    expect(cross.nameConstraints?.permitted).toHaveLength(1);
    await other.close();
  });
});

test('destroys the key at the end when the script says so', async () => {
  const keys = { store: 'file', folder: 'short-keys' };
  const path = await room.script('short.json', { keys, steps: [rootStep, { do: 'close', destroyKey: true }] });
  await room.approve(path);
  const done = await room.ceremony(path, room.at('short'));
  expect([done.status, done.stdout]).toEqual([0, expect.stringContaining('is destroyed')]);
  await expect(readFile(room.at('short-keys', 'root-1.key'))).rejects.toThrow();
  expect((await tra(['pki', 'ceremony', 'verify', room.at('short')])).status).toBe(2);
});

describe('a ceremony that was cut off', () => {
  test('goes on at any line, signing the very bytes that were announced', async () => {
    const lines = (await readFile(room.at('out', 'transcript.jsonl'), 'utf8')).trimEnd().split('\n');
    const announced = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'prepared');
    for (let kept = 2; kept < lines.length; kept += 1) {
      const cut = room.at(`cut-${kept}`);
      await cp(room.at('out', 'inputs'), `${cut}/inputs`, { recursive: true });
      await cp(room.at('out', 'script.json'), `${cut}/script.json`);
      const torn = lines[kept]!.slice(0, 40);
      await writeFile(`${cut}/transcript.jsonl`, `${lines.slice(0, kept).join('\n')}\n${torn}`);
      const { status, stderr } = await room.ceremony(script, cut, '--resume');
      expect([kept, status, stderr]).toEqual([kept, 0, expect.stringContaining('Step 4')]);
      const verified = await tra(['pki', 'ceremony', 'verify', cut]);
      expect([verified.status, verified.stdout]).toEqual([2, expect.not.stringContaining('✗')]);
      const again = (await readFile(`${cut}/transcript.jsonl`, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const prepared = again.filter(({ type }) => type === 'prepared');
      expect(prepared.map(({ data }) => data.step)).toEqual([1, 2, 3]);
      const before = announced.filter(({ n }) => n <= kept).map(({ data }) => data.sha256);
      expect(prepared.map(({ data }) => data.sha256).slice(0, before.length)).toEqual(before);
    }
  });

  test('is not taken up while another process is at it', async () => {
    await writeFile(room.at('cut-2.lock'), String(process.pid));
    const { status, stderr } = await room.ceremony(script, room.at('cut-2'), '--resume');
    expect([status, stderr]).toEqual([64, expect.stringContaining('Another program')]);
    await writeFile(room.at('cut-2.lock'), '999999999');
    expect((await room.ceremony(script, room.at('cut-2'), '--resume')).status).toBe(0);
  });

  test('is refused when its first lines are gone, or it belongs to another script', async () => {
    const cut = room.at('cut-none');
    await cp(room.at('cut-2'), cut, { recursive: true });
    await rm(`${cut}/transcript.jsonl`);
    expect((await room.ceremony(script, cut, '--resume')).stderr).toContain('was carried out before');
    const other = await room.script('resume.json', { threshold: 3 });
    await room.approve(other, 3);
    expect((await room.ceremony(other, room.at('cut-3'), '--resume')).stderr).toContain('another script');
    expect((await room.ceremony(other, room.at('nowhere'), '--resume')).stderr).toContain('nothing to go on');
  });
});

describe('a root refuses', () => {
  const refused = async (change: object, name = 'refused.json'): Promise<string> => {
    const path = await room.script(name, change);
    const { status, stderr } = await tra(['pki', 'ceremony', path, '--dry-run']);
    expect(status).toBe(1);
    return stderr;
  };
  const close = { do: 'close' };

  test('to certify anything but a CA, whatever the profile is called', async () => {
    for (const profile of [
      'tls-server',
      'document-signer',
      'time-stamping',
      'officer',
      'ocsp-responder',
      'root',
      'x',
    ]) {
      const said = await refused({ steps: [rootStep, issuingStep(hash, { profile }), close] });
      expect(said).toContain(`a root certifies CAs only, never "${profile}"`);
    }
  });

  test('a script that is misspelt, incomplete or in the wrong order', async () => {
    const { holders } = room;
    const list = { do: 'issue-crl', number: 1, days: 90 };
    const people = holders.map(({ name, publicKey }) => ({ name, publicKey }));
    expect(await refused({ steps: [rootStep, issuingStep(hash, { pathlength: 0 }), close] })).toContain('/steps/2');
    expect(await refused({ steps: [rootStep, { do: 'sign' }, close] })).toContain('/steps/2/do');
    expect(await refused({ steps: [list, rootStep, close] })).toContain('first step');
    expect(await refused({ steps: [rootStep, rootStep, close] })).toContain('first step');
    expect(await refused({ steps: [rootStep, close, list] })).toContain('must be the last');
    expect(await refused({ steps: [rootStep, list, list, close] })).toContain('one revocation list');
    expect(await refused({ steps: [rootStep, issuingStep(hash, { name: 'root' }), close] })).toContain(
      'different names',
    );
    expect(await refused({ holders: [people[0], people[0]] })).toContain('two holders');
    expect(await refused({ holders: people.slice(0, 2), threshold: 3 })).toContain('more approvals');
    expect(await refused({ threshold: 1 })).toContain('/threshold');
    expect(await refused({ window: { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' } })).toContain(
      '62 days',
    );
    expect(await refused({ ceremony: 2 })).toContain('/ceremony');
    const outlives = await refused({ steps: [{ ...rootStep, years: 5 }, issuingStep(hash), close] });
    expect(outlives).toContain('longer than its issuer');
  });

  test('files that are not those that were approved', async () => {
    const said = await refused({ steps: [rootStep, issuingStep('0'.repeat(64)), close] });
    expect(said).toContain(hash);
    const gone = issuingStep(hash, { request: { file: 'gone.csr', sha256: hash } });
    expect(await refused({ steps: [rootStep, gone, close] })).toContain('gone.csr');
    const [der] = parsePem(await caRequest());
    der![der!.length - 1]! ^= 1;
    await writeFile(room.at('forged.csr'), der!);
    const forged = issuingStep('', { request: { file: 'forged.csr', sha256: sha256(der!) } });
    expect(await refused({ steps: [rootStep, forged, close] })).toContain('✗');
  });

  test('approvals of a script that was changed, of strangers, and of nobody', async () => {
    const path = await room.script('changed.json', { keys: { store: 'file', folder: 'other-keys' } });
    await room.approve(path, 3);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"days": 90', '"days": 91'));
    const { status, stderr } = await room.ceremony(path, room.at('changed'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('0 of 2')]);
    await writeFile(path, text);
    const forged = JSON.stringify({
      type: 'tra-ceremony-attestation',
      holder: 'x',
      sha256: sha256(text),
      signature: 'AA',
    });
    await writeFile(room.at('x.approval'), forged);
    const few = await room.ceremony(path, room.at('changed'), '--approval', room.at('x.approval'));
    expect(few.stderr).toContain('0 of 2');
    const stranger = room.at('stranger.key');
    const secret = ['--passphrase-file', room.at('keys.pass')];
    await tra(['pki', 'ceremony', 'holder', 'Prasert', '--out', stranger, ...secret]);
    const unknown = await tra(['pki', 'ceremony', 'approve', path, '--key', stranger, ...secret]);
    expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('is no holder')]);
    const { key } = room.holders[0]!;
    const wrong = await tra(['pki', 'ceremony', 'approve', path, '--key', key, ...secret]);
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('does not open the key')]);
  });

  test('to begin outside the approved window, or with a key that is there already', async () => {
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    const late = await room.script('late.json', { window, keys: { store: 'file', folder: 'late-keys' } });
    await room.approve(late);
    expect((await room.ceremony(late, room.at('late'))).stderr).toContain('was approved for 2026-01-01');
    const same = await room.script('same.json', { title: { th: 'ก', en: 'again' } });
    await room.approve(same);
    const { status, stderr } = await room.ceremony(same, room.at('same'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('not the one of this ceremony')]);
    await expect(readFile(room.at('same', 'root.crt'))).rejects.toThrow();
  });
});
