import { createHash } from 'node:crypto';
import { type ErrorParams, equalBytes } from '@tra/kernel';
import type { Check } from '@tra/pki';
import {
  attributeOf,
  childElements,
  decodeBase64,
  type ParsedElement,
  parseXml,
  textOf,
  XmlError,
  xmlDigestOf,
} from '@tra/xml';
import { finding } from '../findings.ts';
import type { FindContext } from '../subject.ts';
import type { ZipFile } from './zip.ts';

/** A manifest of ASiC-E (ETSI EN 319 162-1 clause 4.4.4 and annex A.4): which files one signature, time-stamp or evidence record covers. */
export interface AsicManifest {
  readonly file: ZipFile;
  /** The file that holds the signature. */
  readonly signatureName: string;
  readonly references: readonly ManifestReference[];
}

/** A file with its digest. */
export interface ManifestReference {
  readonly name: string;
  readonly digest: string | undefined;
  readonly value: Uint8Array | undefined;
}

/** Files beside a container. */
export type FilesBeside = Pick<FindContext, 'detached' | 'hashed'>;

/** Namespaces of ASiC manifests: EN 319 162-1 and TS 102 918 V1.2.1, TS 102 918 V1.1.1, and the first without its zero, as some write it. */
const namespaces: readonly string[] = [
  'http://uri.etsi.org/02918/v1.2.1#',
  'http://uri.etsi.org/02918/v1.1.1#',
  'http://uri.etsi.org/2918/v1.2.1#',
];
const maxReferences = 1024;

/** Reads one manifest; undefined when the file is none or cannot be read unambiguously. */
export function readAsicManifest(file: ZipFile): AsicManifest | undefined {
  try {
    const { root } = parseXml(file.bytes);
    if (root.localName !== 'ASiCManifest' || !namespaces.includes(root.namespace)) return undefined;
    const children = childElements(root);
    const [signature, second] = children.filter(({ localName }) => localName === 'SigReference');
    const objects = children.filter(({ localName }) => localName === 'DataObjectReference');
    if (!signature || second || objects.length > maxReferences) return undefined;
    return { file, signatureName: nameOf(signature), references: objects.map(readReference) };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return undefined;
  }
}

function readReference(element: ParsedElement): ManifestReference {
  const child = (name: string): ParsedElement | undefined =>
    childElements(element).find(({ localName }) => localName === name);
  const method = child('DigestMethod');
  const text = child('DigestValue');
  return {
    name: nameOf(element),
    digest: method && xmlDigestOf(attributeOf(method, 'Algorithm') ?? ''),
    value: text && decodeBase64(textOf(text)),
  };
}

/** A URI inside a container is a path from its root. */
function nameOf(element: ParsedElement): string {
  const uri = attributeOf(element, 'URI') ?? '';
  try {
    return decodeURIComponent(uri).replace(/^\.?\//, '');
  } catch {
    return uri;
  }
}

/**
 * Holds every file that a manifest names against its digest. What is not in the container may be one of the files beside it, by name, or its digest alone: a
 * manifest knows no transforms (EN 319 162-1 annex A.4).
 */
export function manifestFindings(
  manifest: AsicManifest,
  files: readonly ZipFile[],
  beside: FilesBeside = { detached: [] },
): readonly Check[] {
  return manifest.references.map(({ digest, name, value }) => {
    const uri = name.slice(0, 200);
    const file = [...files, ...beside.detached].find((one) => one.name === name);
    const params: ErrorParams = digest ? { uri, digest } : { uri };
    const digests = file ? undefined : beside.hashed?.find((one) => one.name === name)?.digests;
    if (!file && !digests) return finding('signature.reference_missing', params);
    if (!digest) return finding('signature.reference_method_unsupported', params);
    const own = file ? createHash(digest).update(file.bytes).digest() : digests?.[digest];
    if (!own) return finding('signature.reference_needs_octets', params);
    const intact = value && equalBytes(own, value);
    return finding(intact ? 'signature.reference_intact' : 'signature.reference_differs', params);
  });
}
