import { type FoundTimestamp, noMaterial } from '../evidence/model.ts';
import { checkRecord, EvidenceRecordError } from '../evidence-record/record.ts';
import { formOfRecord, readRecord } from '../evidence-record/subject.ts';
import { type AsicManifest, manifestFindings } from './manifest.ts';
import type { ZipFile } from './zip.ts';

/** Files of a container among which the time-stamps over a signature are looked for. */
export interface StampedContainer {
  readonly files: readonly ZipFile[];
  readonly all: readonly ZipFile[];
  readonly data: readonly ZipFile[];
  readonly manifests: readonly AsicManifest[];
}

const maxStamps = 32;
const recordFile = /^META-INF\/[^/]*evidencerecord[^/]*\.(?:ers|xml)$/i;
const tokenFile = /^META-INF\/[^/]*timestamp[^/]*\.tst$/i;

/**
 * Time-stamps, of evidence records too, whose manifest lists a signature file that is as listed (ASiCArchiveManifest and its renewals, ETSI EN 319 162-1 clause 4.4.3.2 and annex A.7):
 * each proves that the signature existed, with everything in it, and the older time-stamps that it lists. Whether a token fits its manifest is judged later.
 */
export function archiveStamps(signature: ZipFile, container: StampedContainer): readonly FoundTimestamp[] {
  const byManifest = container.manifests.flatMap((manifest) => {
    const token = container.all.find(({ name }) => name === manifest.signatureName && tokenFile.test(name));
    if (!token) return [];
    const listed = intactFiles(manifest, container.files);
    if (!listed.includes(signature)) return [];
    return [stampOf(manifest, token, { listed, data: container.data })];
  });
  return [...byManifest, ...recordStamps(signature, container)].slice(0, maxStamps);
}

/**
 * Time-stamps of evidence records whose manifest lists a signature file that is as listed, and that cover it (ASiCEvidenceRecordManifest, EN 319 162-1 clause
 * 4.4.3.2): a record with a broken renewal, or that does not cover every file of its manifest, proves nothing.
 */
function recordStamps(signature: ZipFile, container: StampedContainer): readonly FoundTimestamp[] {
  return container.manifests.flatMap((manifest) => {
    const record = container.all.find(({ name }) => name === manifest.signatureName && recordFile.test(name));
    if (!record) return [];
    const listed = intactFiles(manifest, container.files);
    if (listed.length < manifest.references.length || !listed.includes(signature)) return [];
    return stampsOfRecord(record, listed, container.data);
  });
}

function stampsOfRecord(
  { bytes }: ZipFile,
  listed: readonly ZipFile[],
  data: readonly ZipFile[],
): readonly FoundTimestamp[] {
  try {
    const contents = listed.map((file) => file.bytes);
    const { covered, renewed, stamps } = checkRecord(readRecord(bytes), contents);
    if (!renewed || !covered.every((one) => one)) return [];
    const covers = {
      signature: true,
      signedData: data.every((one) => listed.includes(one)),
      material: noMaterial,
      timestamps: [],
    };
    return stamps.map(
      ({ digest, token }): FoundTimestamp => ({
        ...{ kind: 'record', recordForm: formOfRecord(bytes), inContainer: true },
        ...{ token, data: [], digest, covers },
      }),
    );
  } catch (error) {
    if (!(error instanceof EvidenceRecordError)) throw error;
    return [];
  }
}

/** Files that a manifest lists with the digest that they have. */
function intactFiles(manifest: AsicManifest, files: readonly ZipFile[]): readonly ZipFile[] {
  const findings = manifestFindings(manifest, files);
  return manifest.references.flatMap(({ name }, index) => {
    const file = files.find((one) => one.name === name);
    return file && findings[index]?.code === 'signature.reference_intact' ? [file] : [];
  });
}

function stampOf(
  { file }: AsicManifest,
  token: ZipFile,
  { data, listed }: { readonly listed: readonly ZipFile[]; readonly data: readonly ZipFile[] },
): FoundTimestamp {
  return {
    kind: 'container',
    variant: 'ASiC',
    token: token.bytes,
    data: [file.bytes],
    covers: {
      signature: true,
      signedData: data.every((one) => listed.includes(one)),
      material: noMaterial,
      timestamps: listed.filter(({ name }) => tokenFile.test(name)).map(({ bytes }) => bytes),
    },
  };
}
