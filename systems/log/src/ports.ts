import type { HeadMemory } from '@tra/platform-log';

/** What this system needs from others. */
export interface LogPorts {
  /** Where this node remembers the last head that it signed, apart from the database. */
  readonly memory?: HeadMemory;
}
