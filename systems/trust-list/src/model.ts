import {
  type Address,
  KEPT_FOR_EVER,
  type Multilingual,
  nationalScheme,
  noExtensions,
  SERVICE_STATUS,
  SERVICE_TYPE,
  type ServiceState,
  type TrustedList,
  type TrustService,
  type TrustServiceProvider,
} from '@tra/trust-list';
import type { TrustListConfig } from './config.ts';
import type { ServiceKind } from './ports.ts';
import type { StateRow } from './store.ts';

/** What a list is made of. */
export interface ListFacts {
  readonly config: TrustListConfig;
  readonly publicUrl: string;
  readonly states: readonly StateRow[];
  /** Certificates that may sign this list and the next, newest first. */
  readonly signers: readonly Uint8Array[];
  readonly sequence: number;
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
}

const types: Readonly<Record<ServiceKind, string>> = {
  'national-root': SERVICE_TYPE.nationalRoot,
  certification: SERVICE_TYPE.publicKeyCa,
  'time-stamping': SERVICE_TYPE.timestamp,
  'certificate-status': SERVICE_TYPE.ocsp,
};

const both = (th: string, en: string): Multilingual => [
  { language: 'en', text: en },
  { language: 'th', text: th },
];

/** The trusted list (ETSI TS 119 612) of these states. */
export function listModel(facts: ListFacts): TrustedList {
  const { config, publicUrl, signers } = facts;
  const scheme = nationalScheme(config.territory);
  const operator = both(config.operatorTh || 'Tra', config.operatorEn || 'Tra');
  const location = `${publicUrl}/pki/trusted-list.xml`;
  const page = both(`${publicUrl}/pki`, `${publicUrl}/pki?lang=en`);
  const schemeName = both(
    `${config.territory}:บัญชีรายชื่อบริการที่เชื่อถือได้`,
    `${config.territory}:Trusted list of national trust services`,
  );
  return {
    version: 6,
    sequenceNumber: facts.sequence,
    type: scheme.type,
    operatorName: operator,
    operatorAddress: addressOf(config),
    schemeName,
    schemeInformationUris: page,
    statusDetermination: scheme.statusDetermination,
    communityRules: [{ language: 'en', text: scheme.rules }],
    territory: config.territory,
    legalNotice: both(config.legalNoticeTh, config.legalNoticeEn),
    historicalInformationPeriod: KEPT_FOR_EVER,
    // The list points at itself with all its signers: whoever knows one of them learns of the next before it signs.
    pointers: [
      {
        signers,
        location,
        type: scheme.type,
        territory: config.territory,
        mimeType: 'application/vnd.etsi.tsl+xml',
        operatorName: operator,
        communityRules: [{ language: 'en', text: scheme.rules }],
      },
    ],
    issuedAt: facts.issuedAt,
    nextUpdate: facts.nextUpdate,
    distributionPoints: [location],
    providers: providersOf(facts, page),
  };
}

function addressOf(config: TrustListConfig): Address {
  const { street, locality, postalCode, email } = config;
  const postal = { street, locality, postalCode, country: config.territory };
  return {
    postal: [
      { language: 'en', ...postal },
      { language: 'th', ...postal },
    ],
    electronic: both(`mailto:${email}`, `mailto:${email}`),
  };
}

function providersOf(facts: ListFacts, page: Multilingual): readonly TrustServiceProvider[] {
  const entries = groupBy(facts.states, ({ service }) => service);
  const providers = groupBy(entries, (states) => states.at(-1)?.provider_en ?? '');
  return providers.map((services) => {
    const latest = services.at(-1)?.at(-1);
    return {
      name: both(latest?.provider_th ?? '', latest?.provider_en ?? ''),
      address: addressOf(facts.config),
      informationUris: page,
      services: services.map((states) => serviceOf(states, facts.publicUrl)),
    };
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function stateOf(row: StateRow): ServiceState {
  return {
    type: types[row.kind],
    name: both(row.name_th, row.name_en),
    identity: { certificates: [row.certificate] },
    status: SERVICE_STATUS[row.status],
    startingTime: row.since,
    extensions: noExtensions,
  };
}

const supply: Readonly<Partial<Record<ServiceKind, string>>> = {
  'time-stamping': '/timestamp',
  'certificate-status': '/pki/ocsp',
};

function serviceOf(states: readonly StateRow[], publicUrl: string): TrustService {
  const [current, ...history] = states.toReversed();
  if (!current) throw new RangeError('a service without a status');
  const path = supply[current.kind];
  return {
    ...stateOf(current),
    supplyPoints: path ? [{ uri: `${publicUrl}${path}` }] : [],
    history: history.map(stateOf),
  };
}
