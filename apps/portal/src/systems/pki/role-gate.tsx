import type { ReactNode } from 'react';
import { ApiProblem, hasRole, useSession } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { Failure } from '../failure.tsx';

/** Roles that read the requests and certificates of others. */
export const OFFICER_ROLES: readonly string[] = ['registrar', 'ca-operator', 'auditor'];

/** Shows its content to whoever has one of the roles, or to anybody who is signed in. The server decides for itself. */
export function RoleGate(props: { roles?: readonly string[]; words?: string; children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  if (session.status === 'loading') return <Skeleton />;
  if (session.status === 'failed') return <Failure problem={session.problem} />;
  if (session.status === 'signed-out')
    return <Failure problem={new ApiProblem({ code: 'http.sign_in_required', status: 401 })} />;
  if (props.roles && !hasRole(session.account, ...props.roles)) {
    return (
      <Failure
        problem={new ApiProblem({ code: 'http.role_required', status: 403 })}
        roles={props.words ?? t('regist.roles')}
      />
    );
  }
  return props.children;
}
