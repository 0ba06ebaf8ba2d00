import { beforeAll, describe, expect, it } from 'vitest';
import { AnchorSet, type PathOptions, type PathReport, parseCertificate, validatePath } from '../../src/index.ts';
import { type TestHierarchy, testHierarchy } from '../../src/testing.ts';

const at = new Date('2026-11-20T07:00:00Z');
const random = { bytes: (length: number) => new Uint8Array(length).map((_, index) => (index * 37 + length) & 0xff) };
const broken = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01);

let hierarchy: TestHierarchy;
let options: Omit<PathOptions, 'anchors'>;
beforeAll(async () => {
  hierarchy = await testHierarchy({ name: 'Anchors', random });
  const { certificate } = await hierarchy.issue('document-signer');
  const intermediates = [hierarchy.issuing.certificate];
  options = { certificate, intermediates, crls: [], at, purpose: 'document-signing', revocation: 'off' };
});

const told = ({ verdict, code, params, path, checks }: PathReport): unknown => ({
  ...{ verdict, code, params, checks },
  path: path.map(({ subject }) => subject.text),
});

describe('a set of anchors', () => {
  it('leads to the same report as the list that it was made of', () => {
    const root = hierarchy.root.certificate;
    const limited = { certificate: root, constraints: { validUntil: new Date('2020-01-01T00:00:00Z') } };
    const read = parseCertificate(root);
    for (const list of [[], [root], [read], [limited], [limited, root], [root, limited], [broken, root], [broken]]) {
      const set = new AnchorSet(list);
      for (const certificate of [options.certificate, hierarchy.issuing.certificate, root, broken]) {
        const asked = { ...options, certificate };
        expect(told(validatePath({ ...asked, anchors: set }))).toEqual(told(validatePath({ ...asked, anchors: list })));
      }
    }
  });

  it('leads from the root, and from an authority below when that is trusted', () => {
    for (const anchor of [hierarchy.root.certificate, hierarchy.issuing.certificate])
      expect(validatePath({ ...options, anchors: new AnchorSet([anchor]) }).verdict).toBe('passed');
    expect(validatePath({ ...options, anchors: new AnchorSet([]) }).code).toBe('pki.no_anchor');
  });

  it('takes the limits of an anchor that is given twice from the first', () => {
    const root = hierarchy.root.certificate;
    const limited = { certificate: root.slice(), constraints: { validUntil: new Date('2020-01-01T00:00:00Z') } };
    expect(validatePath({ ...options, anchors: new AnchorSet([limited, root]) }).verdict).not.toBe('passed');
    expect(validatePath({ ...options, anchors: new AnchorSet([root, limited]) }).verdict).toBe('passed');
  });

  it('does not follow its list afterwards, nor what is written over the octets', () => {
    const bytes = hierarchy.root.certificate.slice();
    const list = [bytes];
    const set = new AnchorSet(list);
    list.pop();
    bytes.fill(0);
    expect(validatePath({ ...options, anchors: set }).verdict).toBe('passed');
  });

  it('counts what cannot be read, and every report mentions it', () => {
    const set = new AnchorSet([broken, hierarchy.root.certificate, broken]);
    expect(set.skipped).toBe(2);
    for (let round = 0; round < 2; round += 1) {
      const { checks } = validatePath({ ...options, anchors: set });
      expect(checks.filter(({ code }) => code === 'pki.certificate_skipped')).toHaveLength(2);
    }
  });
});
