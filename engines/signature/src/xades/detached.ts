import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import type { DetachedResolver } from '@tra/xml';
import type { DetachedPart } from '../subject.ts';

/**
 * Finds the file behind a reference: by the name that it gives, else the one whose digest it states, else the only one there is: but in a
 * container, whose references are names (EN 319 162-1 clause 4.4), what is not there is missing. Names are compared as they stand and percent-decoded, never
 * looked up anywhere.
 */
export function detachedResolver(parts: readonly DetachedPart[], inContainer: boolean = false): DetachedResolver {
  const [only] = parts.length === 1 && !inContainer ? parts : [];
  return ({ digest, digestValue, uri }) => {
    const named = uri === undefined ? undefined : parts.find(({ name }) => name === uri || name === decoded(uri));
    if (named) return named.bytes;
    const equal = parts.find(
      ({ bytes }) => digest && digestValue && equalBytes(createHash(digest).update(bytes).digest(), digestValue),
    );
    return (equal ?? only)?.bytes;
  };
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^#/, '');
  } catch {
    return uri;
  }
}
