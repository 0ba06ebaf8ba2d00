import { createHash } from 'node:crypto';
import type { Material } from '@tra/cms';
import { equalBytes } from '@tra/kernel';
import { type Certificate, EXTENSION, type OcspResponse, recentCrl, recentOcspResponse } from '@tra/pki';
import { certificateOf } from '../evidence/token.ts';
import { tokenId } from '../gather/ids.ts';

/** Certificates whose validation material is looked for. */
export interface LongTermInput {
  /** Certificates of the signer and of the authorities of time-stamps, but not of the last archive time-stamp. */
  readonly leaves: readonly Certificate[];
  /** Everything that stands in the signature and beside it. */
  readonly material: Material;
}

/** What a signature carries for its validation long after (ETSI EN 319 122-1 clause 6.3, level LT). */
export interface LongTermFacts {
  /** Status information for every certificate of every path that can be built, but those that need none. */
  readonly complete: boolean;
  /** All certificates are self-signed: there is no status to be had. */
  readonly allSelfSigned: boolean;
}

const maxCertificates = 256;
const maxRevocations = 64;
/** Longest path that is followed. */
export const maxDepth = 12;

/** `noRevAvail` and validity-assured short-term certificates (RFC 9608, ETSI EN 319 412-1 clause 5.2): no status is ever published. */
const withoutStatus: readonly string[] = [EXTENSION.ocspNoCheck, '2.5.29.56', '0.4.0.194121.2.1'];

/** Whether material for every path is there, by who issued what: whether it is any good is judged elsewhere. */
export function longTermFacts({ leaves, material }: LongTermInput): LongTermFacts {
  const all = uniqueCertificates(material.certificates);
  const allSelfSigned = all.length > 0 && [...all, ...leaves].every(isSelfSigned);
  const sources = readSources(material);
  if (sources.crlIssuers.length + sources.singles.length === 0) return { complete: false, allSelfSigned };
  const search = new StatusSearch([...all, ...leaves, ...sources.responders], sources);
  return { complete: leaves.length > 0 && leaves.every((leaf) => search.isCovered(leaf, maxDepth)), allSelfSigned };
}

/** Whether subject and issuer are the same name. */
export const isSelfSigned = ({ issuer, subject }: Certificate): boolean => issuer.key === subject.key;

/** Those that can be read, each once. */
export function uniqueCertificates(list: readonly Uint8Array[]): readonly Certificate[] {
  const known = new Map(list.map((der) => [tokenId(der), der]));
  return [...known.values()].slice(0, maxCertificates).flatMap(certificateOf);
}

interface Single {
  readonly serialHex: string;
  readonly issuerNameHash: Uint8Array;
  readonly digest: string;
  readonly responder: Certificate | undefined;
}

interface Sources {
  readonly crlIssuers: readonly string[];
  readonly singles: readonly Single[];
  readonly responders: readonly Certificate[];
}

function readSources({ crls, ocspResponses }: Material): Sources {
  const responses = ocspResponses.slice(0, maxRevocations).flatMap((der) => safely(() => recentOcspResponse(der)));
  const singles = responses.flatMap(singlesOf);
  return {
    crlIssuers: crls.slice(0, maxRevocations).flatMap((der) => safely(() => recentCrl(der).issuer.key)),
    singles,
    responders: singles.flatMap(({ responder }) => (responder ? [responder] : [])),
  };
}

function singlesOf({ basic }: OcspResponse): readonly Single[] {
  if (!basic) return [];
  const [responder] = basic.certificates.flatMap(certificateOf);
  return basic.responses.flatMap(({ certId }) =>
    certId.digest ? [{ ...certId, digest: certId.digest, responder }] : [],
  );
}

function safely<T>(work: () => T): readonly T[] {
  try {
    return [work()];
  } catch {
    return [];
  }
}

class StatusSearch {
  readonly #pool: readonly Certificate[];
  readonly #sources: Sources;
  readonly #known = new Map<string, boolean>();

  constructor(pool: readonly Certificate[], sources: Sources) {
    this.#pool = pool;
    this.#sources = sources;
  }

  isCovered(certificate: Certificate, depth: number): boolean {
    const name = `${certificate.issuer.key} ${certificate.serialHex}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (depth === 0) return false;
    // A responder that vouches for itself must not count twice.
    this.#known.set(name, true);
    const result = this.#search(certificate, depth);
    this.#known.set(name, result);
    return result;
  }

  #search(certificate: Certificate, depth: number): boolean {
    if (isSelfSigned(certificate)) return true;
    const issuer = this.#pool.find((one) => issued(one, certificate));
    const needsNone = withoutStatus.some((oid) => certificate.extensions.has(oid));
    if (!needsNone && !this.#hasStatus(certificate, depth)) return false;
    return issuer === undefined || this.isCovered(issuer, depth - 1);
  }

  #hasStatus(certificate: Certificate, depth: number): boolean {
    const { crlIssuers, singles } = this.#sources;
    if (crlIssuers.includes(certificate.issuer.key)) return true;
    return singles.some((single) => isAbout(single, certificate) && this.#isBelievable(single, depth));
  }

  #isBelievable({ responder }: Single, depth: number): boolean {
    return responder === undefined || this.isCovered(responder, depth - 1);
  }
}

function isAbout({ digest, issuerNameHash, serialHex }: Single, { issuer, serialHex: own }: Certificate): boolean {
  return serialHex === own && equalBytes(createHash(digest).update(issuer.der).digest(), issuerNameHash);
}

/** Whether by names and key identifiers one may have issued the other; signatures are verified elsewhere. */
export function issued(issuer: Certificate, certificate: Certificate): boolean {
  const { authorityKeyId, issuer: name } = certificate;
  if (issuer.subject.key !== name.key) return false;
  const wanted = authorityKeyId?.keyIdHex;
  return wanted === undefined || issuer.subjectKeyIdHex === undefined || issuer.subjectKeyIdHex === wanted;
}
