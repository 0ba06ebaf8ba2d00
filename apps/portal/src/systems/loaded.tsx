import type { ReactNode } from 'react';
import { Skeleton } from '../ui/progress.tsx';
import { Failure, type FailureProps } from './failure.tsx';

interface Query<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

export interface LoadedProps<T> extends Omit<FailureProps, 'problem' | 'retry'> {
  readonly query: Query<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** What a query brought, or the state it is in. Data that is there stays on the page while it is asked for again. */
export function Loaded<T>({ query, lines, children, ...failure }: LoadedProps<T>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure {...failure} problem={query.error} retry={() => void query.refetch()} />;
  return <Skeleton lines={lines ?? 4} />;
}
