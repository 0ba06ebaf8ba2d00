import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of this system. */
export interface ValidationConfig {
  readonly maximumFiles: number;
  readonly maximumFileBytes: number;
  readonly concurrentRequests: number;
  readonly requestsPerMinute: number;
}

/** The section `validation`. */
export const config: ConfigSection<ValidationConfig> = defineConfig<ValidationConfig>(
  'validation',
  Type.Object({
    maximumFiles: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 100,
      description: 'Most documents in one request.',
    }),
    maximumFileBytes: Type.Integer({
      default: 20_971_520,
      minimum: 1024,
      maximum: 67_108_864,
      description: 'Largest document, bytes.',
    }),
    concurrentRequests: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description: 'Requests whose documents are held in memory at the same time; others wait for their turn.',
    }),
    requestsPerMinute: Type.Integer({
      default: 120,
      minimum: 0,
      description: 'Validations per minute from one network address; 0 for no limit of its own.',
    }),
  }),
);
