import { readFileSync } from 'node:fs';
import type { LocalizedText } from '@tra/kernel';
import type { PolicyDocument } from './policy-oids.ts';

/** A heading of RFC 3647 section 6. */
export type OutlineEntry = LocalizedText & { readonly number: string };

interface Condition {
  /** The document that it is in; both when absent. */
  readonly in?: PolicyDocument;
  /** Name of a fact that must hold, with `!` before it one that must not. */
  readonly if?: string;
}

/** One part of a section, as the files hold it. */
export type ContentBlock = Condition &
  (LocalizedText | { readonly table: string } | { readonly list: readonly (LocalizedText & Pick<Condition, 'if'>)[] });

/** The files of `policies/`: the outline, what the product itself states in each section, and single words. */
export interface PolicyContent {
  readonly outline: readonly OutlineEntry[];
  readonly sections: Readonly<Record<string, readonly ContentBlock[]>>;
  readonly words: Readonly<Record<string, LocalizedText>>;
}

const folder = new URL('../../policies/', import.meta.url);

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as T;
}

const chapters = [
  '1-introduction',
  '2-publication',
  '3-identification',
  '4-life-cycle',
  '5-operation',
  '6-technical',
  '7-profiles',
  '8-assessment',
  '9-legal',
] as const;

/** Reads the files that the package ships. */
export function loadPolicyContent(): PolicyContent {
  return {
    outline: read('outline'),
    sections: Object.assign({}, ...chapters.map((name) => read<object>(name))) as PolicyContent['sections'],
    words: read('words'),
  };
}
