import type { ReactNode } from 'react';
import { ApiProblem, hasRole, useSession } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { Failure } from '../failure.tsx';

const ROLES = ['officer', 'approver', 'auditor', 'operator'] as const;

/** Shows its content to officers; anybody else is told who the page is for and how to get on. The server decides for itself. */
export function OfficersOnly(props: { children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  if (session.status === 'loading') return <Skeleton />;
  if (session.status === 'failed') return <Failure problem={session.problem} />;
  if (session.status === 'signed-out')
    return <Failure problem={new ApiProblem({ code: 'http.sign_in_required', status: 401 })} />;
  if (!hasRole(session.account, ...ROLES)) {
    const problem = new ApiProblem({ code: 'http.role_required', status: 403 });
    return <Failure problem={problem} roles={t('officer.roles')} />;
  }
  return props.children;
}
