import type { SystemContext } from '@tra/platform-system';
import type { Addresses } from './addresses.ts';
import type { LicensingConfig } from './config.ts';
import type { DocumentMaker } from './document/document-maker.ts';
import type { LicensingPorts } from './ports.ts';
import type { ServiceRegistry } from './services.ts';

/** What the use cases work with. */
export interface Licensing
  extends Pick<
    SystemContext<LicensingConfig>,
    | 'audit'
    | 'blobs'
    | 'clock'
    | 'config'
    | 'database'
    | 'jobs'
    | 'logger'
    | 'messages'
    | 'metrics'
    | 'random'
    | 'server'
  > {
  readonly addresses: Addresses;
  readonly documents: DocumentMaker;
  readonly ports: LicensingPorts;
  readonly services: ServiceRegistry;
}

/** Name of the job that issues a licence. */
export const ISSUE_JOB = 'licensing.issue';
