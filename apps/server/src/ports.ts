import { equalBytes } from '@tra/kernel';
import type { enrolment } from '@tra/system-enrolment';
import type { licensing } from '@tra/system-licensing';
import type { pki } from '@tra/system-pki';
import type { timestamp } from '@tra/system-timestamp';
import type { NationalService, trustList } from '@tra/system-trust-list';
import type { validation } from '@tra/system-validation';

/** A licence without an end counts as RFC 5280 section 4.1.2.5 counts certificates without one. */
const withoutEnd = '9999-12-31';

type LicenceSource = Awaited<ReturnType<typeof licensing.create>>['services'];
type LicencePort = Parameters<typeof validation.create>[1]['licences'];

/** What validation asks of licensing, in validation's words. */
export function licencesFor(source: LicenceSource): LicencePort {
  return {
    async findByDocument(sha256, xml) {
      const found = await source.findByDocument(sha256, xml);
      return found && { ...found, validTo: found.validTo ?? withoutEnd };
    },
  };
}

type PkiSource = Awaited<ReturnType<typeof pki.create>>['services'];
type AuthorityPort = Parameters<typeof enrolment.create>[1]['certificates'];

/** What enrolment asks of the certification authority, in enrolment's words. */
export function enrolmentAuthority(source: PkiSource): AuthorityPort {
  return {
    issueFromRequest: (order) => source.enrolment.issueFromRequest(order),
    revokeEnrolled: ({ serialHex, reason, authority, actor }) => source.revoke(serialHex, reason, { authority, actor }),
    statusOf: async (key) => {
      const { status } = await source.statusOf(key);
      return { status };
    },
    caCertificates: async () => [await source.issuingCertificate(), await source.rootCertificate()],
  };
}

type UnitAuthorityPort = Parameters<typeof timestamp.create>[1]['certificates'];

/** What time-stamping asks of the certification authority, in its words. */
export function unitAuthority(source: PkiSource): UnitAuthorityPort {
  return {
    issue: (request) => source.issue(request),
    currentCrls: () => source.currentCrls(),
    isRevoked: async ({ serialHex, issuing }) => {
      const issuer = (await source.publications()).find(({ certificate }) => equalBytes(certificate, issuing));
      return issuer !== undefined && (await source.statusOf({ authority: issuer.id, serialHex })).status === 'revoked';
    },
  };
}

type TimestampSource = Awaited<ReturnType<typeof timestamp.create>>['services'];

const platformProvider = { th: 'แพลตฟอร์มธุรกรรมทางอิเล็กทรอนิกส์แห่งชาติ', en: 'National electronic transactions platform' };

/** The services of this platform in the words of the trusted list. */
export async function nationalServices(
  source: PkiSource,
  stamps: TimestampSource,
): Promise<readonly NationalService[]> {
  const authorities = await source.publications();
  const services: NationalService[] = [];
  for (const { id, kind, state, operator, certificate, subject } of authorities) {
    const provider = operator === undefined ? platformProvider : { th: operator, en: operator };
    const active = state === 'active';
    const name = /CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1] ?? id;
    const what = kind === 'root' ? 'national-root' : 'certification';
    services.push({ id: `pki:${id}`, kind: what, name: { th: name, en: name }, provider, certificate, active });
    if (kind !== 'issuing') continue;
    const status = { th: `สถานะใบรับรองของ ${name}`, en: `Certificate status of ${name}` };
    services.push({ id: `ocsp:${id}`, kind: 'certificate-status', name: status, provider, certificate, active });
  }
  const [unit] = await stamps.chain();
  const name = { th: 'บริการประทับรับรองเวลา', en: 'Time-stamping service' };
  if (unit)
    services.push({
      id: 'timestamp',
      kind: 'time-stamping',
      name,
      provider: platformProvider,
      certificate: unit,
      active: true,
    });
  return services;
}

type ListSource = Awaited<ReturnType<typeof trustList.create>>['services'];
type TrustPort = Parameters<typeof validation.create>[1]['trust'];

/** What validation trusts: the lists, and the revocation lists of this platform's authorities. */
export function trustOf(source: PkiSource, lists: ListSource): TrustPort {
  return {
    trustAnchors: async () => [...(await lists.trustAnchors()), ...(await lists.foreignAnchors())],
    currentCrls: () => source.currentCrls(),
    trustLists: () => lists.snapshots(),
  };
}
