/** How one part of the process is. The message is for operators and holds no secret. */
export interface HealthCheck {
  readonly ok: boolean;
  readonly message?: string;
}

/** Whether this process should be given work. */
export interface Health {
  /** Adds a check that rejects when the part it asks is not usable. A second check of one name replaces the first. */
  addCheck(name: string, check: () => Promise<void>): void;
  /** Runs all checks side by side, each within its time limit. Never rejects. */
  ready(): Promise<{ ready: boolean; checks: Record<string, HealthCheck> }>;
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
  let draining = false;
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
    ready: async () => {
      const limit = options.checkTimeoutMs ?? 2000;
      const entries = await Promise.all(
        [...checks].map(async ([name, check]) => [name, await runCheck(check, limit)] as const),
      );
      const results: Record<string, HealthCheck> = Object.fromEntries(entries);
      if (draining) results.draining = { ok: false, message: 'shutting down' };
      return { ready: Object.values(results).every((result) => result.ok), checks: results };
    },
  };
}
