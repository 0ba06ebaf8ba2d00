import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { RoleGate } from '../role-gate.tsx';

const officerRoles: readonly string[] = ['officer', 'approver', 'auditor', 'operator'];

/** Shows its content to those who handle cases. */
export function OfficersOnly(props: { children: ReactNode }): ReactNode {
  const { t } = useI18n();
  return (
    <RoleGate roles={officerRoles} words={t('officer.roles')}>
      {props.children}
    </RoleGate>
  );
}
