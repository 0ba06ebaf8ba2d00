import { toHex } from '@tra/kernel';
import type { Check } from '@tra/pki';
import { counterSubject } from '../cades/subjects.ts';
import { readCms, readCounterSignatures } from '../cms-facts.ts';
import type { ContainerData } from '../diagnostic/model.ts';
import { recordSubject } from '../evidence-record/subject.ts';
import type { CmsFacts, SignerFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { FindContext, SignatureSubject } from '../subject.ts';
import { xmlSubjects } from '../xades/subjects.ts';
import { archiveStamps } from './archive-stamps.ts';
import { type AsicManifest, manifestFindings, readAsicManifest } from './manifest.ts';
import { unzip, ZipError, type ZipFile } from './zip.ts';

/** The signatures of a container, or why it cannot be read. */
export interface AsicSubjects {
  readonly subjects: readonly SignatureSubject[];
  readonly count: number;
  readonly problem?: Check;
  /** The files that the container is there for. */
  readonly files: readonly ZipFile[];
  readonly container?: ContainerData;
}

interface Container {
  /** Everything that a signature may refer to: also the file `mimetype`, which OpenDocument signs. */
  readonly files: readonly ZipFile[];
  readonly all: readonly ZipFile[];
  readonly data: readonly ZipFile[];
  readonly manifests: readonly AsicManifest[];
  /** What the file `mimetype` says. */
  readonly type: string | undefined;
  /** ASiC-S: one file, which needs no manifest (EN 319 162-1 clause 4.3). */
  readonly isSimple: boolean;
}

const kinds: readonly (readonly [kind: 'cades' | 'record' | 'timestamp' | 'xades', pattern: RegExp])[] = [
  ['cades', /^META-INF\/[^/]*signature[^/]*\.p7s$/i],
  ['record', /^META-INF\/[^/]*evidencerecord[^/]*\.(?:ers|xml)$/i],
  ['timestamp', /^META-INF\/[^/]*timestamp[^/]*\.tst$/i],
  ['xades', /^META-INF\/(?:[^/]+\/)?[^/]*signatures[^/]*\.xml$/i],
];

/**
 * Finds the signatures and time-stamps of an ASiC-S or ASiC-E container (ETSI EN 319 162-1 and -2) with the files that each covers, and names
 * files that none covers.
 */
export function asicSubjects(bytes: Uint8Array, context: FindContext): AsicSubjects {
  try {
    const container = openContainer(unzip(bytes));
    const found = container.all.flatMap((file) => subjectsOf(file, container, context));
    const covered = new Set(found.flatMap(({ names }) => names));
    const uncovered = container.data.filter(({ name }) => !covered.has(name));
    const notes = uncovered
      .slice(0, 32)
      .map(({ name }) => finding('signature.file_not_covered', { file: name.slice(0, 200) }));
    const subjects = found.slice(0, context.limit).map(
      ({ over, subject }, index): SignatureSubject => ({
        ...subject,
        id: `S${index + 1}`,
        ...(over ? { counterSigns: `S${found.indexOf(over) + 1}` } : {}),
        format: [...subject.format, ...notes],
      }),
    );
    return { subjects, count: found.length, files: container.data, container: describeContainer(container, found) };
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const problem = finding('signature.container_unreadable', { reason: error.message });
    return { subjects: [], count: 0, problem, files: [] };
  }
}

function openContainer(all: readonly ZipFile[]): Container {
  const inMeta = all.filter(({ name }) => name.startsWith('META-INF/'));
  const data = all.filter(({ name }) => name !== 'mimetype' && !name.startsWith('META-INF/'));
  const stated = all.find(({ name }) => name === 'mimetype');
  const type = stated && Buffer.from(stated.bytes.subarray(0, 64)).toString('latin1').trim();
  return {
    files: [...data, ...inMeta, ...(stated ? [stated] : [])],
    all: inMeta,
    data,
    type,
    isSimple: data.length === 1 && type !== 'application/vnd.etsi.asic-e+zip',
    manifests: inMeta.filter(({ name }) => name.endsWith('.xml')).flatMap((file) => readAsicManifest(file) ?? []),
  };
}

/** The container as the process reads it. A file with XML signatures names what they cover itself. */
function describeContainer(
  { all, data, isSimple, manifests, type }: Container,
  found: readonly Found[],
): ContainerData {
  const own = found.filter(({ subject }) => subject.form === 'xades' || subject.form === 'xmldsig');
  const listed = manifests.map(({ file, references, signatureName }) => ({
    filename: file.name,
    signatureFilename: signatureName,
    entries: references.map(({ name }) => name),
  }));
  const inXml = own.map(({ names, subject: { fieldName = '' } }) => ({
    filename: fieldName,
    signatureFilename: fieldName,
    entries: names,
  }));
  return {
    type: isSimple ? 'ASiC-S' : 'ASiC-E',
    mimeTypePresent: type !== undefined,
    ...(type === undefined ? {} : { mimeTypeContent: type }),
    contentFiles: [...data, ...all].map(({ name }) => name).slice(0, 1024),
    manifests: [...listed, ...inXml],
  };
}

/** A subject with the names of the files that it covers, if it holds. */
interface Found {
  readonly subject: SignatureSubject;
  readonly names: readonly string[];
  /** The signature that this one counter-signs. */
  readonly over?: Found;
}

function subjectsOf(file: ZipFile, container: Container, context: FindContext): readonly Found[] {
  const kind = kinds.find(([, pattern]) => pattern.test(file.name))?.[0];
  if (kind === 'xades') return xadesIn(file, container, context);
  if (kind === undefined) return [];
  const manifest = container.manifests.find(({ signatureName }) => signatureName === file.name);
  const covered = manifest?.file ?? (container.isSimple ? container.data[0] : undefined);
  const references = manifest ? manifestFindings(manifest, container.files, context) : [];
  const names = manifest ? manifest.references.map(({ name }) => name) : covered ? [covered.name] : [];
  if (kind === 'record' && container.manifests.some((one) => one.file === file)) return [];
  if (kind === 'record') return [recordIn(file, container, manifest)];
  const common = { id: '', cms: file.bytes, fieldName: file.name, ...(covered ? { content: [covered.bytes] } : {}) };
  if (kind === 'timestamp') {
    return [{ names, subject: { ...common, kind: 'timestamp', form: 'timestamp-token', format: references } }];
  }
  return cadesIn({ file, covered, references }, container, { ...context, names });
}

/** One file of signatures with the file or manifest that they sign, and what became of what that lists. */
interface CadesFile {
  readonly file: ZipFile;
  readonly covered: ZipFile | undefined;
  readonly references: readonly Check[];
}

/** Signatures in a file, then those that counter-sign them. */
function cadesIn(
  one: CadesFile,
  container: Container,
  context: FindContext & { readonly names: readonly string[] },
): readonly Found[] {
  const { covered, file } = one;
  const common = { id: '', cms: file.bytes, fieldName: file.name, ...(covered ? { content: [covered.bytes] } : {}) };
  const base = { ...common, kind: 'signature', form: 'cades', format: [] } as const;
  const facts = cadesFacts(one, container, context);
  if (!facts) return [{ names: [], subject: base }];
  const found: Found[] = facts.signers.map((_, signer) => ({
    names: context.names,
    subject: { ...base, facts, signer },
  }));
  const { counters } = readCounterSignatures(facts, context.certificates);
  for (const [index, counter] of counters.entries()) {
    const subject = counterSubject(counter, { index, cms: facts, cadesBytes: file.bytes });
    const over = found[counter.over];
    found.push({ names: [], subject: { ...subject, fieldName: file.name }, ...(over ? { over } : {}) });
  }
  return found;
}

/** An evidence record covers what its manifest lists; without one, the only file of an ASiC-S. */
function recordIn(file: ZipFile, container: Container, manifest: AsicManifest | undefined): Found {
  const { data, isSimple } = container;
  const listed = manifest?.references.flatMap(({ name }) => container.files.find((one) => one.name === name) ?? []);
  const files = listed ?? (isSimple ? data : []);
  const subject = recordSubject(file.bytes, files, '');
  const missing = manifest ? manifestFindings(manifest, container.files) : [];
  const format = [...missing.filter(({ status }) => status !== 'passed'), ...subject.format];
  return { names: files.map(({ name }) => name), subject: { ...subject, fieldName: file.name, format } };
}

function cadesFacts(
  { covered, file, references }: CadesFile,
  container: Container,
  { certificates, detached }: FindContext,
): CmsFacts | undefined {
  const facts = readCms(file.bytes, {
    ...(covered ? { content: [covered.bytes] } : {}),
    certificates,
    documents: [...detached, ...container.data],
    archives: archiveStamps(file, container),
  });
  return facts && { ...facts, signers: facts.signers.map((signer) => withReferences(signer, covered, references)) };
}

/** The manifest is what was signed; the files hold when the manifest does and each is as it says. The manifest is named first. */
function withReferences(signer: SignerFacts, covered: ZipFile | undefined, listed: readonly Check[]): SignerFacts {
  if (!covered) return { ...signer, hash: 'content_missing' };
  const codes = listed.map(({ code }) => code);
  const uri = covered.name.slice(0, 200);
  const own = signer.hash === 'matches' ? 'signature.reference_intact' : 'signature.reference_differs';
  const references = listed.length === 0 || signer.hash === 'unknown' ? listed : [finding(own, { uri }), ...listed];
  if (signer.hash !== 'matches') return { ...signer, references };
  if (codes.includes('signature.reference_differs')) return { ...signer, references, hash: 'differs' };
  const missing = ['signature.reference_missing', 'signature.reference_needs_octets'];
  if (missing.some((code) => codes.includes(code))) return { ...signer, references, hash: 'content_missing' };
  if (codes.includes('signature.reference_method_unsupported')) return { ...signer, references, hash: 'unknown' };
  return { ...signer, references };
}

function xadesIn(file: ZipFile, container: Container, context: FindContext): readonly Found[] {
  const detached = [...container.files, ...context.detached];
  const { problem, subjects } = xmlSubjects(file.bytes, {
    ...context,
    detached,
    inContainer: true,
    archives: archiveStamps(file, container),
  });
  if (problem) {
    const subject = {
      id: '',
      kind: 'signature',
      form: 'xades',
      cms: new Uint8Array(),
      fieldName: file.name,
      format: [problem],
    } as const;
    return [{ names: [], subject }];
  }
  return subjects.map((subject) => ({
    subject: { ...subject, fieldName: file.name },
    names: namesOf(subject, container),
  }));
}

/** Files whose references are intact, by the names that the references give. */
function namesOf({ facts }: SignatureSubject, { data }: Container): readonly string[] {
  const checks = facts?.signers.flatMap(({ references = [] }) => references) ?? [];
  const uris = new Set(checks.map(({ params }) => decoded(String(params?.uri ?? ''))));
  return data.filter(({ name }) => uris.has(name.slice(0, 200))).map(({ name }) => name);
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^\.?\//, '');
  } catch {
    return uri;
  }
}

/** The four octets with which a ZIP file begins. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return toHex(bytes.subarray(0, 4)) === '504b0304';
}
