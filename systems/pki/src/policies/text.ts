/** One part of a section as people read it; `none` says that there is no stipulation. */
export type PolicyBlock =
  | { readonly kind: 'text' | 'none'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

/** A section of RFC 3647 section 6. */
export interface PolicySection {
  readonly number: string;
  readonly title: string;
  readonly blocks: readonly PolicyBlock[];
}

/** A policy document in one language. */
export interface PolicyText {
  readonly title: string;
  readonly sections: readonly PolicySection[];
}
