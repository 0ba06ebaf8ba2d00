import type { ReactNode } from 'react';
import { ApiProblem, hasRole, useSession } from '../api/index.ts';
import { Skeleton } from '../ui/progress.tsx';
import { Failure } from './failure.tsx';

export interface RoleGateProps {
  /** Who may see the content; anybody who is signed in when it is absent. */
  readonly roles?: readonly string[];
  /** The same in words, for whoever may not. */
  readonly words?: string;
  readonly children: ReactNode;
}

/** Shows its content to whoever has one of the roles; others are told who the page is for and how to get on. The server decides for itself. */
export function RoleGate(props: RoleGateProps): ReactNode {
  const session = useSession();
  if (session.status === 'loading') return <Skeleton />;
  if (session.status === 'failed') return <Failure problem={session.problem} />;
  if (session.status === 'signed-out')
    return <Failure problem={new ApiProblem({ code: 'http.sign_in_required', status: 401 })} />;
  if (props.roles && !hasRole(session.account, ...props.roles)) {
    const problem = new ApiProblem({ code: 'http.role_required', status: 403 });
    return <Failure problem={problem} {...(props.words ? { roles: props.words } : {})} />;
  }
  return props.children;
}
