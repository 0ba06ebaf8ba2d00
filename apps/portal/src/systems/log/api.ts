import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Page } from '../../api/index.ts';

export interface LogStatus {
  readonly origin: string;
  readonly key: string;
  readonly size: number;
  readonly waiting: number;
  readonly signedAt: string;
  readonly root: string;
  readonly checkpoint: string;
  readonly witnesses: readonly { readonly name: string; readonly size: number | null; readonly at: string | null }[];
}

export interface LogEntry {
  readonly index: number;
  readonly type: string;
  readonly at: string;
  readonly sha256: string;
}

export interface LogProof extends LogEntry {
  readonly size: number;
  readonly leafHash: string;
  readonly path: readonly string[];
  readonly checkpoint: string;
  readonly proof: string;
}

const open = { askToSignIn: false } as const;

/** What is asked of the public log, by name. */
export const logQueries = {
  status: () =>
    queryOptions({
      queryKey: ['log', 'status'],
      queryFn: ({ signal }) => api.json<LogStatus>('/log', { ...open, signal }),
      refetchInterval: 15_000,
    }),
  recent: (type: string) =>
    infiniteQueryOptions({
      queryKey: ['log', 'entries', type],
      queryFn: ({ pageParam, signal }) =>
        api.json<Page<LogEntry>>('/log/entries', {
          ...open,
          query: { limit: 10, ...(pageParam ? { after: pageParam } : {}), ...(type ? { type } : {}) },
          signal,
        }),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
    }),
  find: (sha256: string) =>
    queryOptions({
      queryKey: ['log', 'find', sha256],
      queryFn: ({ signal }) => api.json<Page<LogEntry>>('/log/entries', { ...open, query: { sha256 }, signal }),
      staleTime: 0,
    }),
  proof: (index: number) =>
    queryOptions({
      queryKey: ['log', 'proof', index],
      queryFn: ({ signal }) => api.json<LogProof>(`/log/entries/${index}/proof`, { ...open, signal }),
      staleTime: 0,
    }),
};
