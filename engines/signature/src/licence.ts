import type { Check } from '@tra/pki';
import { finding } from './findings.ts';
import type { Answer, LicenceStatus } from './report.ts';

/**
 * The register of issued licences. `findByDocument` looks for the licence whose issued document has the hash, and, when XML is
 * given, else for the one that the XML names. It resolves to undefined when there is none.
 */
export interface LicenceRegister {
  findByDocument(sha256Hex: string, embeddedXml?: Uint8Array): Promise<LicenceStatus | undefined>;
}

/** What the register said, as the answer to "status now". */
export interface LicenceAnswer {
  readonly licence?: LicenceStatus;
  readonly answer?: Answer<'status'>;
  readonly checks: readonly Check[];
}

/**
 * Asks the register about the document. Embedded XML can be forged, so it is asked about only when `believable`: every signature
 * over the document passed; and a licence found by it counts only when the register holds this very document.
 */
export async function askRegister(
  register: LicenceRegister | undefined,
  document: { readonly sha256: string; readonly xml: readonly Uint8Array[]; readonly believable: boolean },
  at: Date,
): Promise<LicenceAnswer> {
  if (!register) return { checks: [] };
  let licence: LicenceStatus | undefined;
  try {
    licence = await find(register, document);
  } catch {
    return { checks: [finding('signature.licence_register_unavailable')] };
  }
  if (!licence) return { checks: [finding('signature.licence_unknown')] };
  return { licence, ...judgeLicence(licence, document.sha256, at) };
}

async function find(
  register: LicenceRegister,
  document: { readonly sha256: string; readonly xml: readonly Uint8Array[]; readonly believable: boolean },
): Promise<LicenceStatus | undefined> {
  const exact = await register.findByDocument(document.sha256);
  if (exact || !document.believable) return exact;
  for (const xml of document.xml) {
    const named = await register.findByDocument(document.sha256, xml);
    if (named) return named;
  }
  return undefined;
}

function judgeLicence(
  licence: LicenceStatus,
  sha256: string,
  at: Date,
): { readonly answer: Answer<'status'>; readonly checks: readonly Check[] } {
  const params = {
    number: licence.number,
    since: licence.statusSince,
    from: licence.validFrom,
    until: licence.validTo,
  };
  if (licence.documentSha256.toLowerCase() !== sha256) {
    const checks = [finding('signature.licence_other_document', { number: licence.number })];
    return {
      checks,
      answer: { question: 'status', code: 'validation.status.other_document', status: 'failed', params, checks },
    };
  }
  const status = licence.status === 'active' ? standingAt(licence, at) : licence.status;
  const inForce = status === 'active';
  const code = inForce ? 'signature.licence_registered' : 'signature.licence_not_in_force';
  const checks = [finding(code, { number: licence.number })];
  return {
    checks,
    answer: {
      question: 'status',
      code: `validation.status.${status}`,
      status: inForce ? 'passed' : 'failed',
      params,
      checks,
    },
  };
}

/** An active licence outside its days is not in force, whatever the register says. A date that cannot be read never helps it. */
function standingAt({ validFrom, validTo }: LicenceStatus, at: Date): 'active' | 'expired' | 'not_yet_valid' {
  if (!(at.getTime() <= instantOf(validTo, 'T23:59:59.999+07:00'))) return 'expired';
  return at.getTime() >= instantOf(validFrom, 'T00:00:00.000+07:00') ? 'active' : 'not_yet_valid';
}

/** A date without time is a day in Thailand (UTC+7). */
function instantOf(text: string, timeOfDay: string): number {
  return Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text + timeOfDay : text);
}

/** Codes of the answer "status now" that only the register can give. */
export const licenceAnswerCodes: readonly string[] = [
  'validation.status.active',
  'validation.status.expired',
  'validation.status.not_yet_valid',
  'validation.status.revoked',
  'validation.status.suspended',
  'validation.status.superseded',
  'validation.status.other_document',
];
