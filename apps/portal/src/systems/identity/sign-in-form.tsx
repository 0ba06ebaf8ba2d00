import { type FormEvent, type ReactNode, useState } from 'react';
import { session } from '../../api/portal-client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { SessionState } from '../../api/session.ts';
import { useI18n } from '../../i18n/index.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choices.tsx';
import { ErrorSummary, type SummaryError } from '../../ui/error-summary.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface SignInFormProps {
  readonly username?: string;
  readonly onSignedIn: (state: SessionState) => void;
}

/** User name and password; pasting and password managers work, the password can be shown, nothing has to be remembered twice. */
export function SignInForm(props: SignInFormProps): ReactNode {
  const { t } = useI18n();
  const [username, setUsername] = useState(props.username ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [pending, setPending] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [errors, setErrors] = useState<readonly SummaryError[]>([]);

  const missing = (): SummaryError[] => [
    ...(username.trim() ? [] : [{ id: 'username', message: t('signIn.usernameMissing') }]),
    ...(password ? [] : [{ id: 'password', message: t('signIn.passwordMissing') }]),
  ];
  const explain = (problem: unknown): string => {
    if (!(problem instanceof ApiProblem)) return t('signIn.problem');
    if (problem.status === 401) return t('signIn.failed');
    return problem.detail ?? problem.title ?? t('signIn.problem');
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = missing();
    setErrors(found);
    setAttempt((count) => count + 1);
    if (found.length > 0 || pending) return;
    setPending(true);
    try {
      props.onSignedIn(await session.signIn(username.trim(), password));
    } catch (problem) {
      setErrors([{ id: 'password', message: explain(problem) }]);
      setAttempt((count) => count + 1);
    } finally {
      setPending(false);
    }
  };
  const errorOf = (id: string): { error?: string } => {
    const error = errors.find((candidate) => candidate.id === id);
    return error ? { error: error.message } : {};
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      <ErrorSummary errors={errors} attempt={attempt} />
      <TextField
        id="username"
        label={t('signIn.username')}
        value={username}
        onChange={setUsername}
        autoComplete="username"
        {...errorOf('username')}
      />
      <TextField
        id="password"
        label={t('signIn.password')}
        type={shown ? 'text' : 'password'}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        {...errorOf('password')}
      />
      <Checkbox id="show-password" label={t('signIn.showPassword')} value={shown} onChange={setShown} />
      <Button type="submit" tone="primary" pending={pending}>
        {t('signIn.submit')}
      </Button>
    </form>
  );
}
