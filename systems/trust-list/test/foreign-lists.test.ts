import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { toPem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createOutbound } from '@tra/platform-outbound';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type OtherListPointer, signTrustedList, type TrustedList } from '@tra/trust-list';
import { testList, testListSigner, testService } from '@tra/trust-list/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TrustListConfig, type TrustListServices, trustList } from '../src/index.ts';

type ListSigner = Awaited<ReturnType<typeof testListSigner>>;

let server: Server;
let base: string;
let folder: string;
let authority: TestHierarchy;
let operator: ListSigner;
let successor: ListSigner;
let national: ListSigner;
let files: Map<string, Uint8Array>;
let clock: SteppedClock;
let system: StartedSystem<TrustListConfig, TrustListServices>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const body = files.get(request.url ?? '');
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'tra-lists-'));
  authority = await testHierarchy({ name: 'Foreign' });
  [operator, successor, national] = await Promise.all([testListSigner(), testListSigner(), testListSigner()]);
  writeFileSync(join(folder, 'signers.pem'), toPem('CERTIFICATE', operator.certificate));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  files = new Map();
  clock = steppedClock('2026-11-20T08:00:00Z');
  const hierarchy = await testHierarchy();
  const ports = {
    services: async () => [],
    issue: async ({ profile, subject, publicKey }: { profile: 'tsl-signer'; subject: object; publicKey: Uint8Array }) =>
      hierarchy.issue(profile as never, { subject, publicKey } as never),
  };
  const config = { listOfLists: `${base}/lotl.xml`, listOfListsSigners: join(folder, 'signers.pem') };
  const outbound = createOutbound({ allowedNetworks: ['127.0.0.1'], resolvers: [], timeoutMs: 5000 });
  system = await startTestSystem(trustList, ports as never, { clock, config, outbound });
});

afterEach(() => system.close());

const pointer = (path: string, signer: ListSigner, territory: string): OtherListPointer => ({
  signers: [signer.certificate],
  location: `${base}${path}`,
  territory,
  mimeType: 'application/vnd.etsi.tsl+xml',
  operatorName: [{ language: 'en', text: 'Operator' }],
  type: 'http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric',
});

async function publish(
  path: string,
  signer: ListSigner,
  overrides: Partial<TrustedList>,
  services = [testService(authority.root.certificate)],
) {
  const name = `${overrides.territory ?? 'TH'}:Trusted list`;
  const schemeName = ['en', 'th'].map((language) => ({ language, text: name }));
  const list = testList(services, { schemeName, ...overrides });
  files.set(
    path,
    await signTrustedList({ list, signer: signer.signer, certificate: signer.certificate, signingTime: clock.now() }),
  );
}

async function publishLists(more: Partial<TrustedList> = {}, signer: ListSigner = operator) {
  await publish(
    '/lotl.xml',
    signer,
    { sequenceNumber: 9, territory: 'EU', pointers: [pointer('/xx.xml', national, 'XX')], ...more },
    [],
  );
}

/** What is trusted after another update. */
async function updated() {
  clock.advance(6 * 3_600_000 + 1);
  await system.context.jobs.idle();
  const lists = await system.services.foreignLists();
  return {
    lists: lists.map(({ territory, sequence }) => `${territory} ${sequence}`).sort(),
    anchors: (await system.services.foreignAnchors()).length,
  };
}

describe('the lists of others', () => {
  it('are trusted when the list of lists and each list hold', async () => {
    await publishLists();
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 3 });
    expect(await updated()).toEqual({ lists: ['EU 9', 'XX 3'], anchors: 1 });
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 4 }, []);
    expect(await updated()).toEqual({ lists: ['EU 9', 'XX 4'], anchors: 0 });
  });

  it('are named by a validation with their hash, when they were verified, and the list that names them', async () => {
    await publishLists();
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 3 });
    await updated();
    const anchors = await system.services.foreignAnchors();
    const lists = new Map((await system.services.foreignLists()).map((list) => [list.territory, list]));
    const snapshots = await system.services
      .snapshots()
      .then((all) => all.filter(({ countryCode }) => countryCode !== 'TH'));
    const loaded = clock.now().toISOString().slice(0, 13);
    expect(snapshots).toMatchObject([
      { countryCode: 'EU', lotl: true, sequenceNumber: 9, loaded: expect.stringContaining(loaded) },
      {
        countryCode: 'XX',
        url: `${base}/xx.xml`,
        parent: snapshots[0]?.id,
        sha256: lists.get('XX')?.sha256,
        wellSigned: true,
      },
    ]);
    expect(anchors[0]?.services).toMatchObject([{ trustedList: snapshots[1]?.id }]);
    expect((await system.services.foreignAnchors())[0]?.services).toBe(anchors[0]?.services);
  });

  it('do not come from a list of lists that somebody else signed', async () => {
    await publishLists({}, national);
    await publish('/xx.xml', national, { territory: 'XX' });
    expect(await updated()).toEqual({ lists: [], anchors: 0 });
  });

  it('stay as they were while a newer one is refused: signed by others, of another territory, older, gone', async () => {
    await publishLists();
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 3 });
    const before = await updated();
    const refused: readonly (() => Promise<void> | void)[] = [
      () => publish('/xx.xml', operator, { territory: 'XX', sequenceNumber: 4 }, []),
      () => publish('/xx.xml', national, { territory: 'YY', sequenceNumber: 4 }, []),
      () => publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 2 }, []),
      () => publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 3 }, []),
      () => void files.set('/xx.xml', new TextEncoder().encode('<html/>')),
      () => void files.delete('/xx.xml'),
      () => void files.delete('/lotl.xml'),
    ];
    for (const change of refused) {
      await change();
      expect(await updated()).toEqual(before);
    }
  });

  it('end with their own next update, and when nothing points at them any more', async () => {
    await publishLists();
    await publish('/xx.xml', national, {
      territory: 'XX',
      sequenceNumber: 3,
      nextUpdate: new Date('2026-12-01T00:00:00Z'),
    });
    expect((await updated()).anchors).toBe(1);
    clock.advance(11 * 24 * 3_600_000);
    expect(await updated()).toEqual({ lists: ['EU 9'], anchors: 0 });
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 4 });
    expect((await updated()).anchors).toBe(1);
    await publishLists({ sequenceNumber: 10, pointers: [] });
    expect(await updated()).toEqual({ lists: ['EU 10'], anchors: 0 });
  });

  it('follow a change of the signers of the list of lists by its pivots', async () => {
    const pages = [
      { language: 'en', text: `${base}/pivot.xml` },
      { language: 'en', text: 'https://example.go.th/en' },
    ];
    await publish(
      '/pivot.xml',
      operator,
      { sequenceNumber: 8, territory: 'EU', pointers: [pointer('/lotl.xml', successor, 'EU')] },
      [],
    );
    await publishLists({ schemeInformationUris: pages }, successor);
    await publish('/xx.xml', national, { territory: 'XX', sequenceNumber: 3 });
    expect(await updated()).toEqual({ lists: ['EU 9', 'XX 3'], anchors: 1 });
    await publish(
      '/pivot.xml',
      national,
      { sequenceNumber: 8, territory: 'EU', pointers: [pointer('/lotl.xml', national, 'EU')] },
      [],
    );
    await publishLists({ schemeInformationUris: pages, sequenceNumber: 11 }, national);
    expect((await updated()).lists).toEqual(['EU 9', 'XX 3']);
  });
});
