import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import type { DetachedReference, DetachedResolver, DigestResolver } from '@tra/xml';
import type { DetachedPart, FindContext, HashedFile } from '../subject.ts';

/** Where references that lead out of the document find octets, or digests of octets that are not at hand. */
export interface DetachedSource {
  readonly resolve: DetachedResolver;
  readonly resolveDigests: DigestResolver;
}

/**
 * Finds the file behind a reference: by the name that it gives, else the one whose digest it states, else the only one there is: but in a
 * container, whose references are names (EN 319 162-1 clause 4.4), what is not there is missing. Names are compared as they stand and percent-decoded, never
 * looked up anywhere.
 */
export function detachedSource({
  detached,
  hashed = [],
  inContainer,
}: Pick<FindContext, 'detached' | 'hashed' | 'inContainer'>): DetachedSource {
  const files = [...detached, ...hashed];
  const [only] = files.length === 1 && !inContainer ? files : [];
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

function isStated(file: DetachedPart | HashedFile, { digest, digestValue }: DetachedReference): boolean {
  if (!digest || !digestValue) return false;
  const own = 'bytes' in file ? createHash(digest).update(file.bytes).digest() : file.digests[digest];
  return own !== undefined && equalBytes(own, digestValue);
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^#/, '');
  } catch {
    return uri;
  }
}
