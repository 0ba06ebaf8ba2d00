import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { RoleGate } from '../role-gate.tsx';

const registrarRoles: readonly string[] = ['registrar', 'ca-operator', 'auditor'];

/** Shows its content to those who read the requests and certificates of others, or to some of them. */
export function RegistrarsOnly(props: { roles?: readonly string[]; children: ReactNode }): ReactNode {
  const { t } = useI18n();
  return (
    <RoleGate roles={props.roles ?? registrarRoles} words={t('regist.roles')}>
      {props.children}
    </RoleGate>
  );
}
