import { type Application, type FormValues, licensing } from '../../api/index.ts';
import { createSaver, type Saver } from './saver.ts';

/** An application that is being filled in: every change goes one after the other, each on the version before it. */
export interface Draft {
  readonly saver: Saver;
  /** Stores the answers now; resolves with what the server then holds. */
  store(values: FormValues): Promise<Application>;
  attach(
    field: string,
    file: File,
    options: { signal: AbortSignal; onProgress: (share: number) => void },
  ): Promise<void>;
  detach(attachment: string): Promise<void>;
  /** After somebody else's change: overwrite it with this page's answers, or take it over. */
  settle(choice: 'mine' | 'theirs'): Promise<void>;
  /** Stores what is waiting, without telling anybody when that fails: the form keeps it for the next visit. */
  leave(): Promise<void>;
}

/** What of the API a draft uses; tests hand in their own. */
export type DraftApi = Pick<typeof licensing, 'save' | 'attach' | 'detach' | 'application'>;

export function createDraft(
  start: Application,
  changed: (application: Application) => void,
  api: DraftApi = licensing,
): Draft {
  let latest = start;
  let tail: Promise<unknown> = Promise.resolve();

  const keep = (application: Application): void => {
    latest = application;
    changed(application);
  };
  /** Runs when everything before it has ended, however that ended. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const saver = createSaver({
    version: start.version,
    // The saver's version lags behind files that were sent meanwhile; `latest` knows both.
    save: (values) => inTurn(() => api.save(start.id, values, latest.version)),
    saved: keep,
  });

  return {
    saver,
    store: async (values) => {
      saver.change(values);
      await saver.flush();
      return latest;
    },
    attach: (field, file, { signal, onProgress }) =>
      inTurn(async () => {
        const report = ({ sent, total }: { sent: number; total: number }): void =>
          onProgress(total > 0 ? sent / total : 0);
        keep(await api.attach(start.id, field, file, { version: latest.version, signal, onProgress: report }));
      }),
    detach: (attachment) =>
      inTurn(async () => {
        await api.detach(start.id, attachment, latest.version);
        keep(await api.application(start.id));
      }),
    settle: async (choice) => {
      const current = await api.application(start.id);
      if (choice === 'theirs') saver.discard();
      keep(current);
      saver.restart(current.version);
    },
    leave: async () => {
      await saver.flush().catch(() => undefined);
      saver.stop();
    },
  };
}
