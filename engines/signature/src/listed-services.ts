import type { Certificate, TrustAnchor } from '@tra/pki';
import type { TrustServiceData } from './diagnostic/certificate.ts';
import type { Instant } from './diagnostic/token.ts';

/** A condition on certificates (ETSI TS 119 612 clause 5.5.9.2.2). */
export interface ServiceCondition {
  readonly assert: 'all' | 'atLeastOne' | 'none';
  readonly keyUsage: readonly { readonly bit: string; readonly value: boolean }[];
  /** Sets of policy OIDs: all of a set must be there. */
  readonly policySets: readonly (readonly string[])[];
  readonly criteria: readonly ServiceCondition[];
  /** There are criteria that nobody here knows: the condition cannot be decided. */
  readonly unknown: boolean;
}

/** One status of a service of a trusted list for as long as it held, with what qualifies certificates below it. */
export interface ListedState extends Omit<TrustServiceData, 'qualifiers'> {
  readonly qualifications?: readonly { readonly qualifiers: readonly string[]; readonly criteria: ServiceCondition }[];
}

/** A trust anchor, with the statuses of the services of trusted lists (ETSI TS 119 612) that its certificate identifies. */
export interface ListedAnchor extends TrustAnchor {
  readonly services?: readonly ListedState[];
}

const statuses = 'http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/';

/** Statuses under which a service is trusted (TS 119 612 clause 5.5.4); the last four stand in the history of older lists (annex D.5). */
export const trustedServiceStatuses: ReadonlySet<string> = new Set(
  [
    'granted',
    'recognisedatnationallevel',
    'undersupervision',
    'supervisionincessation',
    'accredited',
    'setbynationallaw',
  ].map((name) => `${statuses}${name}`),
);

const maximumStates = 64;

/** What lists say of the services that an anchor stands for, as it concerns one certificate that leads to it. */
export function servicesFor(
  certificate: Certificate,
  states: readonly ListedState[],
  { isAnchor }: { readonly isAnchor: boolean },
): readonly TrustServiceData[] {
  return states.slice(0, maximumStates).map(({ expiredCertsRevocationInfo, qualifications = [], ...state }) => {
    const met = qualifications.filter(({ criteria }) => decide(criteria, certificate) === true);
    const qualifiers = [...new Set(met.flatMap((one) => one.qualifiers))];
    return {
      ...state,
      // It speaks of what the service itself issued.
      ...(isAnchor && expiredCertsRevocationInfo !== undefined ? { expiredCertsRevocationInfo } : {}),
      ...(isAnchor || qualifiers.length === 0 ? {} : { qualifiers }),
    };
  });
}

/** Whether a certificate meets a condition; undefined when that cannot be decided. All bits of key usage count as one criterion. */
function decide(condition: ServiceCondition, certificate: Certificate): boolean | undefined {
  const { assert, criteria, keyUsage, policySets, unknown } = condition;
  if (unknown) return undefined;
  const usage = new Set([...(certificate.keyUsage ?? [])].map((bit) => bit.toLowerCase()));
  const policies = new Set(certificate.policies ?? []);
  const results = [
    ...(keyUsage.length === 0 ? [] : [keyUsage.every(({ bit, value }) => usage.has(bit.toLowerCase()) === value)]),
    ...policySets.map((set) => set.every((oid) => policies.has(oid))),
    ...criteria.map((inner) => decide(inner, certificate)),
  ];
  if (results.includes(undefined)) return undefined;
  if (assert === 'all') return results.every((met) => met === true);
  return results.includes(true) === (assert === 'atLeastOne');
}

/** The status that a service had at an instant: of several services the first that was trusted then. */
export function stateAt<T extends { readonly status: string; readonly start: Instant; readonly end?: Instant }>(
  states: readonly T[],
  at: Date,
): T | undefined {
  const time = at.getTime();
  const then = states.filter(
    ({ start, end }) => Date.parse(start) <= time && (end === undefined || time < Date.parse(end)),
  );
  return then.find(({ status }) => trustedServiceStatuses.has(status)) ?? then[0];
}

/** Since when, and until when, a service was trusted without a break around one of its statuses; undefined under a status that is not trusted. */
export function trustedStretch<
  T extends {
    readonly status: string;
    readonly start: Instant;
    readonly end?: Instant;
    readonly type: string;
    readonly name?: string;
  },
>(states: readonly T[], state: T): { readonly since: Instant; readonly until?: Instant } | undefined {
  if (!trustedServiceStatuses.has(state.status)) return undefined;
  const own = states.filter(
    ({ status, type, name }) => trustedServiceStatuses.has(status) && type === state.type && name === state.name,
  );
  let { start: since, end: until } = state;
  for (let before = state as T | undefined; before; ) {
    before = own.find(({ end }) => end !== undefined && end === since);
    if (before) since = before.start;
  }
  for (let next = state as T | undefined; next && until !== undefined; ) {
    next = own.find(({ start }) => start === until);
    if (next) until = next.end;
  }
  return { since, ...(until === undefined ? {} : { until }) };
}
