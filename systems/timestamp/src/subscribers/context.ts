import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from '../config.ts';
import type { AdmissionDesk } from './admission.ts';

/** What the functions about subscribers share. */
export interface Subscribers {
  readonly context: SystemContext<TimestampConfig>;
  readonly desk: Pick<AdmissionDesk, 'forget'>;
}
