import { AgentRefusal, type TokenSettings } from './agent-messages.ts';
import { CK, type Cryptoki, type Handle, returnCodeOf, type TokenInfo } from './cryptoki.ts';

/** A token that is logged in, with its sessions. */
export interface Token {
  readonly cryptoki: Cryptoki;
  /** Runs `work` in a session that nobody else uses meanwhile; waits for a free one. */
  withSession<T>(work: (session: Handle) => T | Promise<T>): Promise<T>;
  /** A session that is free right now; give it back with `release`. */
  acquireNow(): Handle | undefined;
  release(session: Handle): void;
  /** Whether the library allows several threads. */
  readonly parallel: boolean;
  readonly serialNumber: string;
  /** Throws unless the same token is present and every session still logged in. */
  check(): void;
}

/**
 * Opens the token and logs in once. A PIN is never tried when the token says that one more mistake locks it. Throws
 * {@link AgentRefusal}.
 */
export function openToken(cryptoki: Cryptoki, settings: TokenSettings, pin: string): Token {
  loadLibrary(cryptoki, settings.library);
  const parallel = initialize(cryptoki);
  const { slot, info } = findToken(cryptoki, settings.tokenLabel);
  const flags = CK.CKF_SERIAL_SESSION | CK.CKF_RW_SESSION;
  const sessions = [cryptoki.C_OpenSession(slot, flags)];
  login(cryptoki, sessions[0] as Handle, { info, pin });
  const wanted = parallel ? settings.sessions : 1;
  while (sessions.length < wanted) sessions.push(cryptoki.C_OpenSession(slot, flags));
  const check = (): void => {
    const same = cryptoki.C_GetTokenInfo(slot).serialNumber === info.serialNumber;
    const loggedIn = sessions.every((session) => cryptoki.C_GetSessionInfo(session).state === CK.CKS_RW_USER_FUNCTIONS);
    if (!same || !loggedIn) throw unavailable(same ? 'logged_out' : 'another_token');
  };
  return { cryptoki, parallel, serialNumber: info.serialNumber.trim(), check, ...sessionPool(sessions) };
}

/** The token does not serve; the agent ends. */
export function unavailable(reason: string): AgentRefusal {
  return new AgentRefusal('keys.token_unavailable', { reason }, true);
}

function loadLibrary(cryptoki: Cryptoki, library: string): void {
  try {
    cryptoki.load(library);
  } catch {
    throw new AgentRefusal('keys.token_library_invalid', { library }, true);
  }
}

function initialize(cryptoki: Cryptoki): boolean {
  try {
    cryptoki.C_Initialize({ flags: CK.CKF_OS_LOCKING_OK });
    return true;
  } catch (error) {
    if (returnCodeOf(error) !== CK.CKR_CANT_LOCK) throw error;
    cryptoki.C_Initialize();
    return false;
  }
}

function findToken(cryptoki: Cryptoki, label: string): { slot: Handle; info: TokenInfo } {
  const found = cryptoki
    .C_GetSlotList(true)
    .map((slot) => ({ slot, info: cryptoki.C_GetTokenInfo(slot) }))
    .filter(({ info }) => info.label.trimEnd() === label);
  const [only] = found;
  if (!only) throw unavailable('absent');
  if (found.length > 1) throw unavailable('several_tokens');
  return only;
}

function login(cryptoki: Cryptoki, session: Handle, { info, pin }: { info: TokenInfo; pin: string }): void {
  if (info.flags & CK.CKF_USER_PIN_LOCKED) throw new AgentRefusal('keys.pin_locked', {}, true);
  if (info.flags & CK.CKF_USER_PIN_FINAL_TRY) throw new AgentRefusal('keys.pin_last_try', {}, true);
  try {
    cryptoki.C_Login(session, CK.CKU_USER, pin);
  } catch (error) {
    switch (returnCodeOf(error)) {
      case CK.CKR_PIN_INCORRECT:
      case CK.CKR_PIN_INVALID:
      case CK.CKR_PIN_LEN_RANGE:
      case CK.CKR_PIN_EXPIRED:
        throw new AgentRefusal('keys.pin_wrong', {}, true);
      case CK.CKR_PIN_LOCKED:
        throw new AgentRefusal('keys.pin_locked', {}, true);
      default:
        throw error;
    }
  }
}

function sessionPool(sessions: readonly Handle[]): Pick<Token, 'withSession' | 'acquireNow' | 'release'> {
  const free = [...sessions];
  const waiting: ((session: Handle) => void)[] = [];
  const release = (session: Handle): void => {
    const next = waiting.shift();
    if (next) next(session);
    else free.push(session);
  };
  return {
    release,
    acquireNow: () => free.pop(),
    withSession: async (work) => {
      const session = free.pop() ?? (await new Promise<Handle>((resolve) => waiting.push(resolve)));
      try {
        return await work(session);
      } finally {
        release(session);
      }
    },
  };
}
