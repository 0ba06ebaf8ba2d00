/** How one part of the process is. The message is for operators and holds no secret. */
export interface HealthCheck {
  readonly ok: boolean;
  readonly message?: string;
}

/** What all checks came to, or those of one system. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/** Whether this process should be given work. */
export interface Health {
  /** Adds a check that rejects when the part it asks is not usable. A second check of one name replaces the first. */
  addCheck(name: string, check: () => Promise<void>): void;
  /** Runs all checks side by side, each within its time limit. Never rejects. */
  ready(): Promise<Readiness>;
  /**
   * Says that this process serves a system whose own check has this name, and which other checks have to pass as well for it to work. So one system can be
   * asked for: a process may do the work of one while that of another fails.
   */
  serve(system: string, needs: readonly string[]): void;
  /** As {@link Health.ready}, of one system with what it needs; undefined when it is not served here. */
  readyOf(system: string): Promise<Readiness | undefined>;
  /** Says from now on that no new work should come here; what runs is finished. */
  setDraining(): void;
  readonly draining: boolean;
}

function nameOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'failed';
}

async function runCheck(check: () => Promise<void>, limitMs: number): Promise<HealthCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthCheck>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, message: `no answer within ${limitMs} ms` }), limitMs);
  });
  const asked = Promise.resolve()
    .then(check)
    .then(
      () => ({ ok: true }),
      (error: unknown) => ({ ok: false, message: nameOf(error) }),
    );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Health with no checks yet; each check is given `checkTimeoutMs`. */
export function createHealth(options: { readonly checkTimeoutMs?: number } = {}): Health {
  const checks = new Map<string, () => Promise<void>>();
  const served = new Map<string, readonly string[]>();
  let draining = false;
  const run = async (isAsked: (name: string) => boolean): Promise<Readiness> => {
    const limit = options.checkTimeoutMs ?? 2000;
    const asked = [...checks].filter(([name]) => isAsked(name));
    const entries = await Promise.all(
      asked.map(async ([name, check]) => [name, await runCheck(check, limit)] as const),
    );
    const results: Record<string, HealthCheck> = Object.fromEntries(entries);
    if (draining) results.draining = { ok: false, message: 'shutting down' };
    return { ready: Object.values(results).every((result) => result.ok), checks: results };
  };
  return {
    get draining() {
      return draining;
    },
    addCheck: (name, check) => {
      checks.set(name, check);
    },
    setDraining: () => {
      draining = true;
    },
    serve: (system, needs) => {
      served.set(system, [system, ...needs]);
    },
    ready: () => run(() => true),
    readyOf: async (system) => {
      const names = served.get(system);
      return names && (await run((name) => names.includes(name)));
    },
  };
}
