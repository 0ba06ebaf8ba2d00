import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of the licensing system. */
export interface LicensingConfig {
  readonly attachmentMaxBytes: number;
  readonly draftsPerAccount: number;
}

/** The section `licensing`. */
export const config: ConfigSection<LicensingConfig> = defineConfig<LicensingConfig>(
  'licensing',
  Type.Object({
    attachmentMaxBytes: Type.Integer({
      default: 5 * 1024 * 1024,
      minimum: 1024,
      maximum: 20 * 1024 * 1024,
      description: 'Largest file that an applicant may attach, bytes.',
    }),
    draftsPerAccount: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: 1000,
      description: 'Drafts that one account may have at the same time.',
    }),
  }),
);
