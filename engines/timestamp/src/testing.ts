import type { Clock, SignatureAlgorithm } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { type AuthorityOptions, createAuthority, type TimestampAuthority } from './authority.ts';
import type { PolicyRules } from './policy.ts';

/** A working authority with its hierarchy, for tests only. */
export interface TestAuthority {
  readonly authority: TimestampAuthority;
  readonly hierarchy: TestHierarchy;
  readonly unit: TestEntity;
}

/** Policy under which test authorities stamp. */
export const TEST_POLICY = '1.3.6.1.4.1.99999.1.1';

/** Makes a {@link TestAuthority} on `clock`; `own` replaces parts of it. */
export async function testAuthority(
  clock: Clock,
  algorithm: SignatureAlgorithm = 'ecdsa-p256-sha256',
  own: Partial<Omit<AuthorityOptions, 'units'>> & { readonly policies?: readonly PolicyRules[] } = {},
): Promise<TestAuthority> {
  const { policies = [{ oid: TEST_POLICY }], ...rest } = own;
  const hierarchy = await testHierarchy({ name: 'Stamp' });
  const unit = await hierarchy.issue('time-stamping', { algorithm });
  const authority = createAuthority({
    units: [{ ...unit, chain: [hierarchy.issuing.certificate], policies }],
    clock,
    random: seededRandom(11),
    ...rest,
  });
  return { authority, hierarchy, unit };
}
