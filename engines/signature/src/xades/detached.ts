import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import {
  attributeOf,
  type DetachedReference,
  type DetachedResolver,
  type DigestResolver,
  DSIG_NAMESPACE,
  elementsBelow,
  isElement,
  type ParsedDocument,
} from '@tra/xml';
import type { DetachedPart, FindContext, HashedFile } from '../subject.ts';

/** Where references that lead out of the document find octets, or digests of octets that are not at hand. */
export interface DetachedSource {
  readonly resolve: DetachedResolver;
  readonly resolveDigests: DigestResolver;
}

/**
 * Finds the file behind a reference of a document: by the name that it gives, else the one whose digest it states, else the only one there is when only one is
 * asked for. In a container, whose references are names (EN 319 162-1 clause 4.4), what is not there is missing. Names are compared as they
 * stand and percent-decoded, never looked up anywhere.
 */
export function detachedSource(
  { detached, hashed = [], inContainer }: Pick<FindContext, 'detached' | 'hashed' | 'inContainer'>,
  document: ParsedDocument,
): DetachedSource {
  const files = [...detached, ...hashed];
  const [only] = files.length === 1 && !inContainer && outwardNames(document).size <= 1 ? files : [];
  const find = (reference: DetachedReference): DetachedPart | HashedFile | undefined => {
    const { uri } = reference;
    const named = uri === undefined ? undefined : files.find(({ name }) => name === uri || name === decoded(uri));
    return named ?? files.find((file) => isStated(file, reference)) ?? only;
  };
  return {
    resolve: (reference) => {
      const file = find(reference);
      return file && 'bytes' in file ? file.bytes : undefined;
    },
    resolveDigests: (reference) => {
      const file = find(reference);
      return file && 'digests' in file ? file.digests : undefined;
    },
  };
}

/** The names by which references lead out of a document, those of manifests too. */
function outwardNames({ root }: ParsedDocument): ReadonlySet<string> {
  const names = new Set<string>();
  for (const element of elementsBelow(root)) {
    if (!isElement(element, DSIG_NAMESPACE, 'Reference')) continue;
    const uri = attributeOf(element, 'URI');
    if (uri !== '' && !uri?.startsWith('#')) names.add(uri ?? '');
  }
  return names;
}

function isStated(file: DetachedPart | HashedFile, { digest, digestValue }: DetachedReference): boolean {
  if (!digest || !digestValue) return false;
  const own = 'bytes' in file ? digestOf(file.bytes, digest) : file.digests[digest];
  return own !== undefined && equalBytes(own, digestValue);
}

const digests = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

/** Each reference may ask: worked out once for the same octets. */
function digestOf(bytes: Uint8Array, digest: string): Uint8Array {
  const known = digests.get(bytes) ?? new Map<string, Uint8Array>();
  digests.set(bytes, known);
  const value = known.get(digest) ?? new Uint8Array(createHash(digest).update(bytes).digest());
  known.set(digest, value);
  return value;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^#/, '');
  } catch {
    return uri;
  }
}
