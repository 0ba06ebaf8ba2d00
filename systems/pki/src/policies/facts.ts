import type { LocalizedText } from '@tra/kernel';
import type { CertificateProfile } from '@tra/pki';
import type { Authority } from '../authorities/authority.ts';
import type { PkiCore } from '../core.ts';
import { REMINDER_DAYS } from '../requests/expiry.ts';
import { cpsUrl, documentOid, POLICY_PROFILES, policyOid } from './policy-oids.ts';

/** What the rest of the platform does, as far as the policy documents speak of it. */
export interface PlatformFacts {
  /** Purposes whose keys are in a hardware or software token, and those whose keys are kept away from this server. */
  readonly keys: { readonly token: readonly string[]; readonly absent: readonly string[] };
  readonly acme: 'off' | 'credential' | 'open';
  readonly acmeAuthorizationHours: number;
  readonly acmeOrderHours: number;
  readonly caa: boolean;
  readonly allowedNames: readonly string[];
  readonly est: boolean;
  /** Days for which a trusted list counts; absent when none is published. */
  readonly trustedListDays?: number;
}

/** Everything that the documents state: nothing in them that is not in here or in their files. */
export interface PolicyFacts {
  readonly values: Readonly<Record<string, string | number | LocalizedText>>;
  readonly holds: Readonly<Record<string, boolean>>;
  readonly authorities: readonly Authority[];
  readonly keys: PlatformFacts['keys'] | undefined;
  readonly lifetimes: Readonly<Partial<Record<CertificateProfile, LocalizedText>>>;
  readonly oids: Readonly<Partial<Record<CertificateProfile, string>>>;
  readonly publicUrl: string;
  readonly statements: readonly string[];
}

const units: Readonly<Record<'year' | 'day' | 'hour' | 'minute', readonly [th: string, en: string]>> = {
  year: ['ปี', 'year'],
  day: ['วัน', 'day'],
  hour: ['ชั่วโมง', 'hour'],
  minute: ['นาที', 'minute'],
};

function span(count: number, unit: keyof typeof units): LocalizedText {
  const [th, en] = units[unit];
  return { th: `${count} ${th}`, en: `${count} ${en}${count === 1 ? '' : 's'}` };
}

/** Minutes in the largest unit that holds them whole. */
function duration(minutes: number): LocalizedText {
  if (minutes >= 1440 && minutes % 1440 === 0) return span(minutes / 1440, 'day');
  return minutes >= 60 && minutes % 60 === 0 ? span(minutes / 60, 'hour') : span(minutes, 'minute');
}

function organizationOf({ context }: PkiCore): string {
  return context.config.organization || (context.server.demo ? 'Tra Demo' : 'Tra');
}

function valuesOf(core: PkiCore, platform: PlatformFacts | undefined): PolicyFacts['values'] {
  const { config, server } = core.context;
  const organization = organizationOf(core);
  return {
    organization,
    country: config.country,
    policyAuthority: {
      th: config.policyAuthorityTh || organization,
      en: config.policyAuthorityEn || organization,
    },
    contact: config.policyContact,
    arc: config.policyArc,
    cpOid: documentOid(config, 'cp'),
    cpsOid: documentOid(config, 'cps'),
    cpsUrl: cpsUrl(core.context),
    publicUrl: server.publicUrl,
    crlValidity: duration(config.crlHours * 60),
    crlRefresh: duration(config.crlRefreshMinutes),
    crlPartitions: config.crlPartitions,
    ocspValidity: duration(config.ocspHours * 60),
    ocspMaxAge: duration(config.ocspMaxAgeMinutes),
    ocspResponderLife: span(config.ocspResponderDays, 'day'),
    keyLife: span(config.keyYears, 'year'),
    reminderDays: REMINDER_DAYS.join(', '),
    acmeAuthorization: duration((platform?.acmeAuthorizationHours ?? 0) * 60),
    acmeOrder: duration((platform?.acmeOrderHours ?? 0) * 60),
    allowedNames: platform?.allowedNames.join(', ') ?? '',
    trustedListLife: span(platform?.trustedListDays ?? 0, 'day'),
  };
}

function conditionsOf(
  { context }: PkiCore,
  authorities: readonly Authority[],
  platform: PlatformFacts | undefined,
): PolicyFacts['holds'] {
  const { config, server } = context;
  const roots = authorities.filter(({ kind }) => kind === 'root');
  const acme = platform?.acme ?? 'off';
  return {
    demo: server.demo,
    rootHere: config.root === 'automatic' && roots.every(({ keyLabel }) => keyLabel !== undefined),
    contact: config.policyContact !== '',
    partitions: config.crlPartitions > 0,
    ocspCached: config.ocspMaxAgeMinutes > 0,
    unknownIsRevoked: config.ocspUnknown === 'revoked',
    acme: acme !== 'off',
    acmeOpen: acme === 'open',
    caa: platform?.caa === true,
    allowedNames: (platform?.allowedNames.length ?? 0) > 0,
    est: platform?.est === true,
    trustedList: platform?.trustedListDays !== undefined,
    keysKnown: platform !== undefined,
    token: (platform?.keys.token.length ?? 0) > 0,
    caKeysInToken: platform?.keys.token.includes('issuing-ca') === true,
    external: authorities.some(({ kind }) => kind === 'external'),
  };
}

/** Gathers what the documents state from the configuration and the authorities. */
export function gatherFacts(
  core: PkiCore,
  authorities: readonly Authority[],
  platform: PlatformFacts | undefined,
): PolicyFacts {
  const { config, server } = core.context;
  return {
    values: valuesOf(core, platform),
    holds: conditionsOf(core, authorities, platform),
    authorities,
    keys: platform?.keys,
    lifetimes: {
      root: span(config.rootYears, 'year'),
      'subordinate-ca': span(config.issuingYears, 'year'),
      'issuing-ca': span(config.issuingYears, 'year'),
      'time-stamping': span(config.timeStampingYears, 'year'),
      'document-signer': span(config.documentSignerYears, 'year'),
      'e-seal': span(config.documentSignerYears, 'year'),
      officer: span(config.officerYears, 'year'),
      'tls-server': span(config.tlsServerDays, 'day'),
      'ocsp-responder': span(config.ocspResponderDays, 'day'),
      'trusted-list-signer': span(config.documentSignerYears, 'year'),
    },
    oids: Object.fromEntries(POLICY_PROFILES.map((profile) => [profile, policyOid(config, profile)])),
    publicUrl: server.publicUrl,
    statements: config.policyStatements,
  };
}
