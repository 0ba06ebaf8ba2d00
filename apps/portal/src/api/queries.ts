import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { type ListQuery, licensing } from './licensing.ts';
import { session } from './portal-client.ts';
import { ApiProblem } from './problem.ts';
import type { Application, Licence } from './types.ts';

const minutes = 60_000;

/** Server state of the portal, by name: each entry is used with `useQuery` or `useInfiniteQuery`. */
export const queries = {
  services: () =>
    queryOptions({
      queryKey: ['services'],
      queryFn: ({ signal }) => licensing.services(signal),
      staleTime: 5 * minutes,
    }),
  service: (id: string) =>
    queryOptions({
      queryKey: ['services', id],
      queryFn: ({ signal }) => licensing.service(id, signal),
      staleTime: 5 * minutes,
    }),
  provinces: () =>
    queryOptions({ queryKey: ['places'], queryFn: ({ signal }) => licensing.provinces(signal), staleTime: Infinity }),
  districts: (province: string) =>
    queryOptions({
      queryKey: ['places', province],
      queryFn: ({ signal }) => licensing.districts(province, signal),
      staleTime: Infinity,
      enabled: province !== '',
    }),
  subDistricts: (district: string) =>
    queryOptions({
      queryKey: ['places', 'district', district],
      queryFn: ({ signal }) => licensing.subDistricts(district, signal),
      staleTime: Infinity,
      enabled: district !== '',
    }),
  applications: (query: Omit<ListQuery, 'after'>) =>
    infiniteQueryOptions({
      queryKey: ['applications', 'list', query],
      queryFn: ({ pageParam, signal }) =>
        licensing.list({ ...query, ...(pageParam ? { after: pageParam } : {}) }, signal),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
    }),
  application: (id: string) =>
    queryOptions({
      queryKey: ['applications', 'one', id],
      queryFn: ({ signal }) => licensing.application(id, signal),
    }),
  licences: (q?: string) =>
    infiniteQueryOptions({
      queryKey: ['licences', 'list', q ?? ''],
      queryFn: ({ pageParam, signal }) =>
        licensing.licences({ ...(q ? { q } : {}), ...(pageParam ? { after: pageParam } : {}) }, signal),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
    }),
  licence: (id: string) =>
    queryOptions({ queryKey: ['licences', 'one', id], queryFn: ({ signal }) => licensing.licence(id, signal) }),
  publicLicence: (publicId: string) =>
    queryOptions({
      queryKey: ['public-licence', publicId],
      queryFn: ({ signal }) => licensing.publicLicence(publicId, signal),
      // A revocation must be seen within five seconds, also by somebody who left the page open.
      refetchInterval: 3_000,
      refetchOnWindowFocus: 'always',
      staleTime: 0,
      gcTime: 0,
    }),
  demoAccounts: () =>
    queryOptions({
      queryKey: ['demo-accounts'],
      queryFn: ({ signal }) => session.demoAccounts(signal),
      staleTime: Infinity,
      retry: false,
    }),
};

/** Puts an application as the server returned it where every screen reads it; lists are asked again. */
export async function keepApplication(client: QueryClient, application: Application): Promise<void> {
  client.setQueryData(queries.application(application.id).queryKey, application);
  await client.invalidateQueries({ queryKey: ['applications', 'list'] });
}

/** The same for a licence. */
export async function keepLicence(client: QueryClient, licence: Licence): Promise<void> {
  client.setQueryData(queries.licence(licence.id).queryKey, licence);
  await client.invalidateQueries({ queryKey: ['licences', 'list'] });
}

/** Whether a failed read is worth another try: only when no answer came or the server was busy. */
export function worthRetrying(failures: number, problem: unknown): boolean {
  if (!(problem instanceof ApiProblem) || failures >= 2) return false;
  return problem.code === 'client.unreachable' || problem.code === 'client.timeout' || problem.status === 503;
}
