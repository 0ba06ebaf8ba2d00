import { describe, expect, it } from 'vitest';
import type { TimestampConfig } from '../src/index.ts';
import { policyLines } from '../src/policies.ts';

describe('policies', () => {
  // Ordering cannot be promised by several processes (decision 11), so no policy takes it.
  it.each(['1.2.3.4 accuracy=0', '1.2.3.4 digests=sha1', '1.2.3.4 key=dsa', '1.2.3.4 fast', '1.2.3.4 ordering'])(
    '%j is refused',
    (policy) => {
      const settings = { policy: '1.2.3', accuracySeconds: 1, algorithm: 'ecdsa-p256-sha256', policies: [policy] };
      expect(() => policyLines(settings as unknown as TimestampConfig)).toThrow('timestamp.config_invalid');
    },
  );
});
