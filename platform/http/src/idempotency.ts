/** An answer that was given and can be given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is known about a key when a request comes with it. */
export type IdempotencyClaim =
  | { readonly outcome: 'claimed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | { readonly outcome: 'running' }
  | { readonly outcome: 'conflict' };

/** Remembers which requests were done, so that a repeated one is answered and not done again. */
export interface IdempotencyStore {
  /**
   * Claims `key` for one request; of several at the same time exactly one is `claimed`. `running`: the same request is being
   * done now. `conflict`: the key was used for another request. A claim that is neither answered nor released ends by itself.
   */
  claim(key: string, fingerprint: string): Promise<IdempotencyClaim>;
  /** Keeps the answer of a claimed key. When it resolves, the answer is stored. */
  complete(key: string, answer: StoredAnswer): Promise<void>;
  /** Gives a claimed key back: the request was not done and may be tried again. */
  release(key: string): Promise<void>;
}
