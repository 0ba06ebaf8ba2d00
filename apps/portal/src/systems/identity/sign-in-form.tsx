import { type FormEvent, type ReactNode, useState } from 'react';
import { session } from '../../api/portal-client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { SessionState } from '../../api/session.ts';
import { useI18n } from '../../i18n/index.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ErrorSummary, type SummaryError } from '../../ui/error-summary.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface SignInFormProps {
  readonly username?: string;
  readonly onSignedIn: (state: SessionState) => void;
}

interface SignIn {
  readonly errors: readonly SummaryError[];
  readonly attempt: number;
  readonly pending: boolean;
  submit(username: string, password: string): Promise<void>;
}

/** Checks that both were filled in, asks the server, and says in words what was wrong. */
function useSignIn(onSignedIn: SignInFormProps['onSignedIn']): SignIn {
  const { t } = useI18n();
  const [pending, setPending] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [errors, setErrors] = useState<readonly SummaryError[]>([]);
  const show = (found: readonly SummaryError[]): void => {
    setErrors(found);
    setAttempt((count) => count + 1);
  };
  const explain = (problem: unknown): string => {
    if (!(problem instanceof ApiProblem)) return t('signIn.problem');
    if (problem.status === 401) return t('signIn.failed');
    return problem.detail ?? problem.title ?? t('signIn.problem');
  };
  const submit = async (username: string, password: string): Promise<void> => {
    if (pending) return;
    const missing = [
      ...(username ? [] : [{ id: 'username', message: t('signIn.usernameMissing') }]),
      ...(password ? [] : [{ id: 'password', message: t('signIn.passwordMissing') }]),
    ];
    show(missing);
    if (missing.length > 0) return;
    setPending(true);
    try {
      onSignedIn(await session.signIn(username, password));
    } catch (problem) {
      show([{ id: 'password', message: explain(problem) }]);
    } finally {
      setPending(false);
    }
  };
  return { errors, attempt, pending, submit };
}

/** User name and password; pasting and password managers work, the password can be shown, nothing has to be remembered twice. */
export function SignInForm(props: SignInFormProps): ReactNode {
  const { t } = useI18n();
  const [username, setUsername] = useState(props.username ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const { errors, attempt, pending, submit } = useSignIn(props.onSignedIn);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit(username.trim(), password);
  };
  const errorOf = (id: string): { error?: string } => {
    const error = errors.find((candidate) => candidate.id === id);
    return error ? { error: error.message } : {};
  };
  return (
    <form className="stack stretch" noValidate onSubmit={onSubmit}>
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
      <div className="row">
        <Button type="submit" tone="primary" pending={pending}>
          {t('signIn.submit')}
        </Button>
      </div>
    </form>
  );
}
