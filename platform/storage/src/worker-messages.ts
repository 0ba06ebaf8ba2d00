import type { ErrorParams } from '@tra/kernel';
import type { EngineOptions } from './engine.ts';

/** What the engine's thread is told; `open` comes first, once. */
export type EngineRequest =
  | { readonly kind: 'open'; readonly options: EngineOptions }
  | { readonly kind: 'wire'; readonly bytes: Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'wipe' }
  | { readonly kind: 'dump'; readonly path: string }
  | { readonly kind: 'close' };

/** What the engine's thread answers. */
export type EngineReply =
  | { readonly kind: 'wire'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code?: string; readonly params?: ErrorParams; readonly message: string };
