import { utf8Encode } from '@tra/kernel';
import { validatePath } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildTrustedList,
  listSnapshot,
  noExtensions,
  readTrustedList,
  SERVICE_STATUS,
  SERVICE_TYPE,
  type ServiceState,
  type TrustService,
  trustAnchorsOf,
} from '../src/index.ts';
import { testList, testService } from '../src/testing.ts';

let hierarchy: TestHierarchy;
let root: Uint8Array;
beforeAll(async () => {
  hierarchy = await testHierarchy({ name: 'Anchors' });
  root = hierarchy.root.certificate;
});

const day = (text: string): Date => new Date(`2026-${text}T00:00:00Z`);
const { deprecated, granted, recognised, withdrawn } = SERVICE_STATUS;

/** A service whose status changed; newest first. */
function changed(...changes: readonly (readonly [string, Date])[]): TrustService {
  const [[status, startingTime], ...earlier] = changes as [readonly [string, Date], ...(readonly [string, Date])[]];
  const history = earlier.map(
    ([before, since]): ServiceState => ({ ...testService(root), status: before, startingTime: since }),
  );
  return testService(root, { status, startingTime, history });
}

const windows = (service: TrustService): (string | undefined)[][] =>
  trustAnchorsOf(testList([service])).map(({ from, until }) =>
    [from, until].map((time) => time?.toISOString().slice(5, 10)),
  );

describe('stretches of trust', () => {
  it('follow the status history', () => {
    expect(windows(changed([granted, day('01-01')]))).toEqual([['01-01', undefined]]);
    expect(windows(changed([withdrawn, day('06-01')], [granted, day('01-01')]))).toEqual([['01-01', '06-01']]);
    expect(windows(changed([withdrawn, day('01-01')]))).toEqual([]);
    expect(windows(changed([granted, day('08-01')], [withdrawn, day('06-01')], [granted, day('01-01')]))).toEqual([
      ['01-01', '06-01'],
      ['08-01', undefined],
    ]);
    expect(windows(changed([deprecated, day('06-01')], [recognised, day('03-01')], [granted, day('01-01')]))).toEqual([
      ['01-01', '06-01'],
    ]);
    expect(windows(changed(['urn:unknown', day('06-01')], [granted, day('01-01')]))).toEqual([['01-01', '06-01']]);
  });

  it('give nothing for a critical extension that is not understood', () => {
    const xml = buildTrustedList(
      testList([
        testService(root, {
          extensions: { ...noExtensions, additionalServices: [{ uri: 'urn:x', language: 'en', critical: true }] },
        }),
      ]),
    );
    expect(trustAnchorsOf(readTrustedList(utf8Encode(xml)))).toHaveLength(1);
    const other = xml.replace(
      /<AdditionalServiceInformation>[\s\S]*<\/AdditionalServiceInformation>/,
      '<x:New xmlns:x="urn:new"/>',
    );
    expect(trustAnchorsOf(readTrustedList(utf8Encode(other)))).toHaveLength(0);
  });

  it('are chosen by type and instant', () => {
    const list = testList([
      changed([withdrawn, day('06-01')], [granted, day('01-01')]),
      testService(root, { type: SERVICE_TYPE.qualifiedTimestamp }),
    ]);
    expect(
      trustAnchorsOf(list, { serviceType: SERVICE_TYPE.qualifiedTimestamp }).map(
        ({ constraints }) => constraints?.purposes,
      ),
    ).toEqual([['time-stamping']]);
    expect(trustAnchorsOf(list, { serviceType: [SERVICE_TYPE.qualifiedCa], at: day('05-31') })).toHaveLength(1);
    expect(trustAnchorsOf(list, { serviceType: SERVICE_TYPE.qualifiedCa, at: day('06-01') })).toHaveLength(0);
    expect(trustAnchorsOf(list, { serviceType: SERVICE_TYPE.nationalRoot })).toEqual([]);
  });
});

describe('the path validator', () => {
  const verdict = async (service: TrustService, at: Date) => {
    const { certificate } = await hierarchy.issue('document-signer');
    const anchors = trustAnchorsOf(testList([service]));
    return validatePath({
      certificate,
      anchors,
      intermediates: [hierarchy.issuing.certificate],
      crls: [],
      at,
      purpose: 'document-signing',
      revocation: 'off',
    }).verdict;
  };

  it('accepts a path to a listed service while it is granted, and not before or after', async () => {
    const service = changed([withdrawn, day('10-01')], [granted, day('03-01')]);
    expect(await verdict(changed([granted, day('01-01')]), day('11-01'))).toBe('passed');
    expect(await verdict(service, day('11-01'))).not.toBe('passed');
    expect(await verdict(service, day('02-01'))).not.toBe('passed');
  });

  it('does not take a time-stamping service for a signer’s anchor', async () => {
    const service = testService(root, { type: SERVICE_TYPE.qualifiedTimestamp });
    expect(await verdict(service, day('11-01'))).not.toBe('passed');
  });
});

describe('the snapshot of a list', () => {
  it('names the list, and its anchors carry every status of their services', () => {
    const qualifications = [
      {
        qualifiers: ['urn:q'],
        criteria: { assert: 'all' as const, keyUsage: [], policySets: [['1.2.3']], criteria: [], unknown: false },
      },
    ];
    const service = {
      ...changed([granted, day('06-01')], [withdrawn, day('03-01')], [recognised, day('01-01')]),
      extensions: { ...noExtensions, qualifications, expiredCertsRevocationInfo: day('02-01') },
    };
    const list = testList([service]);
    const snapshot = listSnapshot(list, {
      ...{ sha256: 'ab'.repeat(32), wellSigned: true, location: 'https://a.example/tl.xml' },
      ...{ loaded: day('11-20'), parentSha256: 'cd'.repeat(32) },
    });
    expect(snapshot).toEqual({
      ...{ id: `TL-${'ab'.repeat(32)}`, parent: `TL-${'cd'.repeat(32)}`, sha256: 'ab'.repeat(32) },
      ...{ url: 'https://a.example/tl.xml', countryCode: 'TH', sequenceNumber: 42, version: 6 },
      ...{ issued: '2026-11-01T00:00:00.000Z', nextUpdate: '2027-04-01T00:00:00.000Z' },
      ...{ loaded: '2026-11-20T00:00:00.000Z', wellSigned: true, structureValid: true },
    });
    const anchors = trustAnchorsOf(list, { list: snapshot.id });
    expect(anchors).toHaveLength(2);
    expect(anchors[0]?.services).toBe(anchors[1]?.services);
    expect(
      anchors[0]?.services?.map(({ end, start, status }) => [status, start.slice(5, 10), end?.slice(5, 10)]),
    ).toEqual([
      [recognised, '01-01', '03-01'],
      [withdrawn, '03-01', '06-01'],
      [granted, '06-01', undefined],
    ]);
    expect(anchors[0]?.services?.at(-1)).toMatchObject({
      ...{ trustedList: snapshot.id, name: 'บริการออกใบรับรอง', qualifications },
      expiredCertsRevocationInfo: '2026-02-01T00:00:00.000Z',
    });
    expect(trustAnchorsOf(list)[0]?.services).toBeUndefined();
  });
});
