import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Verdict } from '@tra/kernel';
import { validations } from '../../api/validation.ts';

const minutes = 60_000;
const askAgainMs = 1_500;

/** Limits, policies and how long things are kept. */
export const optionsQuery = () =>
  queryOptions({
    queryKey: ['validation', 'options'],
    queryFn: ({ signal }) => validations.options(signal),
    staleTime: 5 * minutes,
  });

/** Policies that can be chosen, the usual one first. */
export const policiesQuery = () =>
  queryOptions({
    queryKey: ['validation', 'policies'],
    queryFn: ({ signal }) => validations.policies(signal),
    staleTime: 5 * minutes,
  });

/** Where a batch stands, asked again while it is under way. */
export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['validation', 'batch', id],
    queryFn: ({ signal }) => validations.status(id, signal),
    refetchInterval: ({ state }) =>
      state.data && state.data.state !== 'waiting' && state.data.state !== 'running' ? false : askAgainMs,
    staleTime: 0,
  });

/** Reports of a batch, page by page; `done` makes them fresh when more are there. */
export const reportsQuery = (id: string, verdict: Verdict | undefined, done: number) =>
  infiniteQueryOptions({
    queryKey: ['validation', 'reports', id, verdict ?? 'all', done],
    queryFn: ({ pageParam, signal }) =>
      validations.reports(id, { ...(pageParam ? { after: pageParam } : {}), ...(verdict ? { verdict } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    enabled: done > 0,
  });

/** What people are told of a limit that is a round number of mebibytes. */
export function wholeMegabytes(bytes: number): number {
  return bytes - (bytes % 1_000_000);
}
