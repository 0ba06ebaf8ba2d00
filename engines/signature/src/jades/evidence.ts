import { fromBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import {
  type CoveredObjects,
  type Evidence,
  type FoundMaterial,
  type FoundTimestamp,
  joinMaterial,
  noMaterial,
  type PolicyReference,
} from '../evidence/model.ts';
import { formThatMatches, type ImprintData, materialOfTokens } from '../evidence/token.ts';
import { jadesDigestOf } from './algorithms.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Json, JsonError, parseJson } from './json.ts';
import { type Header, type JwsSignature, objectOf, octets } from './read.ts';

/** One member of `etsiU`: its name, its value, and the text that time-stamps cover (TS 119 182-1 clause 5.3.1). */
export interface UnsignedMember {
  readonly name: string;
  readonly value: Json;
  /** The base64url text as it stands; undefined for a member in the clear. */
  readonly text?: string;
}

const maxMembers = 256;
const maxTimestamps = 64;

/** The members of `etsiU` in order; those that cannot be read or hold several names are left out: they are not signed. */
export function unsignedMembers({ unprotected }: JwsSignature): readonly UnsignedMember[] {
  const list = Array.isArray(unprotected.etsiU) ? (unprotected.etsiU as readonly Json[]).slice(0, maxMembers) : [];
  return list.flatMap((entry): readonly UnsignedMember[] => {
    try {
      const part = objectOf(typeof entry === 'string' ? parseJson(utf8Decode(octets(entry))) : entry);
      const [name, second] = Object.keys(part);
      const value = name === undefined ? undefined : part[name];
      if (name === undefined || second !== undefined || value === undefined) return [];
      return [{ name, value, ...(typeof entry === 'string' ? { text: entry } : {}) }];
    } catch {
      return [];
    }
  });
}

/** Everything in a JAdES signature that serves as evidence. `payload` is what `adoTst` and `arcTst` cover of the signed data. */
export function jadesEvidence(signature: JwsSignature, payload: ImprintData | undefined): Evidence {
  const members = unsignedMembers(signature);
  const timestamps = [...contentTimestamps(signature, payload), ...unsignedTimestamps(signature, members, payload)];
  const policy = policyOf(signature.header, members);
  return {
    timestamps: timestamps.slice(0, maxTimestamps),
    material: [
      ...members.flatMap(materialOf),
      { origin: 'time-stamp-token', ...materialOfTokens(timestamps.map(({ token }) => token)) },
    ],
    commitments: commitmentsOf(signature.header),
    ...(typeof signature.header.cty === 'string' ? { mimeType: signature.header.cty.slice(0, 200) } : {}),
    ...(policy === undefined ? {} : { policy }),
  };
}

const nothing: CoveredObjects = { signedData: false, signature: false, material: noMaterial, timestamps: [] };

const heldAgainst = (data: ImprintData | undefined): Pick<FoundTimestamp, 'data' | 'missing'> =>
  data ? { data } : { data: [], missing: true };

/** `adoTst` covers the payload as it enters the signature (clause 5.2.6). */
function contentTimestamps({ header }: JwsSignature, payload: ImprintData | undefined): readonly FoundTimestamp[] {
  const covers = { ...nothing, signedData: true };
  const containers = Array.isArray(header.adoTst) ? (header.adoTst as readonly Json[]) : [header.adoTst];
  return containers
    .slice(0, maxMembers)
    .flatMap((container) =>
      tokensOf(container).map((token): FoundTimestamp => ({ kind: 'content', token, ...heldAgainst(payload), covers })),
    );
}

const references: readonly string[] = ['xRefs', 'rRefs', 'axRefs', 'arRefs'];

function unsignedTimestamps(
  signature: JwsSignature,
  members: readonly UnsignedMember[],
  payload: ImprintData | undefined,
): readonly FoundTimestamp[] {
  const value = utf8Encode(signature.signatureText);
  return members.flatMap((member, index) => {
    const before = members.slice(0, index);
    const listed = (names: readonly string[]): readonly UnsignedMember[] =>
      before.filter(({ name }) => names.includes(name));
    const make = (build: (token: Uint8Array) => Omit<FoundTimestamp, 'token'>): readonly FoundTimestamp[] =>
      tokensOf(member.value).map((token) => ({ token, ...build(token) }));
    switch (member.name) {
      case 'sigTst':
        return make(() => ({ kind: 'signature', data: [value], covers: { ...nothing, signature: true } }));
      case 'sigRTst': {
        const over = listed(['sigTst', ...references]);
        const covers = { ...nothing, signature: true, timestamps: stampsIn(over) };
        const forms = textForms(over, [value, utf8Encode('.')]);
        return make((token) => ({ kind: 'signature-and-references', data: formThatMatches(token, forms), covers }));
      }
      case 'rfsTst': {
        const forms = textForms(listed(references), []);
        return make((token) => ({ kind: 'references', data: formThatMatches(token, forms), covers: nothing }));
      }
      case 'arcTst':
        return make((token) => archive(token, { before, member, payload, signature }));
      default:
        return [];
    }
  });
}

interface Archived {
  readonly before: readonly UnsignedMember[];
  readonly member: UnsignedMember;
  readonly payload: ImprintData | undefined;
  readonly signature: JwsSignature;
}

/** Payload, protected header, signature value and the members before it, or only the archive time-stamp before it (clause 5.3.6.3). */
function archive(token: Uint8Array, { before, member, payload, signature }: Archived): Omit<FoundTimestamp, 'token'> {
  const onlyPrevious = memberOf(member.value, 'timeStamped') === 'previousArcTst';
  const previous = before.map(({ name }) => name).lastIndexOf('arcTst');
  const over = onlyPrevious ? before.slice(previous < 0 ? before.length : previous) : before;
  const timestamps = stampsIn(over);
  const covers = {
    signedData: !onlyPrevious,
    signature: !onlyPrevious,
    material: joinMaterial([...over.flatMap(materialOf), materialOfTokens(timestamps)]),
    timestamps,
  };
  const base = { kind: 'archive', variant: 'JAdES', covers } as const;
  if (onlyPrevious) return { ...base, data: formThatMatches(token, textForms(over, [])) };
  if (!payload) return { ...base, data: [], missing: true };
  const head = utf8Encode(`.${signature.protectedText}.${signature.signatureText}.`);
  return { ...base, data: formThatMatches(token, textForms(over, [...payload, head])) };
}

/** Base64url members as they stand; members in the clear in their canonical form (RFC 8785), or as most software writes them. */
function textForms(members: readonly UnsignedMember[], head: ImprintData): readonly (() => ImprintData)[] {
  const texts = (clear: (value: Json) => string): ImprintData => [
    ...head,
    ...members.map(({ name, text, value }) => utf8Encode(text ?? clear({ [name]: value }))),
  ];
  const inClear = members.some(({ text }) => text === undefined);
  return inClear
    ? [() => texts(canonicalJson), () => texts((value) => JSON.stringify(value))]
    : [() => texts(canonicalJson)];
}

const stampsIn = (members: readonly UnsignedMember[]): readonly Uint8Array[] =>
  members.filter(({ name }) => /^(?:sigTst|sigRTst|rfsTst|arcTst)$/.test(name)).flatMap(({ value }) => tokensOf(value));

function materialOf({ name, value }: UnsignedMember): readonly FoundMaterial[] {
  switch (name) {
    case 'xVals':
      return [{ origin: 'certificate-values', ...noMaterial, certificates: certificatesIn(value) }];
    case 'axVals':
      return [{ origin: 'attribute-certificate-values', ...noMaterial, certificates: certificatesIn(value) }];
    case 'rVals':
      return [{ origin: 'revocation-values', ...revocationIn(value) }];
    case 'arVals':
      return [{ origin: 'attribute-revocation-values', ...revocationIn(value) }];
    case 'tstVD':
    case 'anyValData': {
      const certificates = certificatesIn(memberOf(value, 'xVals'));
      return [{ origin: 'time-stamp-validation-data', ...revocationIn(memberOf(value, 'rVals')), certificates }];
    }
    default:
      return [];
  }
}

const certificatesIn = (value: Json | undefined): readonly Uint8Array[] =>
  listOf(value).flatMap((one) => base64(memberOf(memberOf(one, 'x509Cert'), 'val')));

const revocationIn = (value: Json | undefined): Omit<FoundMaterial, 'origin'> => ({
  certificates: [],
  crls: listOf(memberOf(value, 'crlVals')).flatMap((one) => base64(memberOf(one, 'val'))),
  ocspResponses: listOf(memberOf(value, 'ocspVals')).flatMap((one) => base64(memberOf(one, 'val'))),
});

const tokensOf = (container: Json | undefined): readonly Uint8Array[] =>
  listOf(memberOf(container, 'tstTokens')).map((one) => base64(memberOf(one, 'val'))[0] ?? new Uint8Array());

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]).slice(0, maxMembers) : [];
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Header)[name] : undefined;
}

function base64(text: Json | undefined): readonly Uint8Array[] {
  try {
    return typeof text === 'string' ? [fromBase64(text.replace(/\s/g, ''))] : [];
  } catch {
    return [];
  }
}

/** `sigPId` (clause 5.2.7). */
function policyOf({ sigPId }: Header, members: readonly UnsignedMember[]): PolicyReference | 'malformed' | undefined {
  if (sigPId === undefined) return undefined;
  const id = memberOf(memberOf(sigPId, 'id'), 'id') ?? memberOf(sigPId, 'id');
  if (typeof id !== 'string') return 'malformed';
  const digest = jadesDigestOf(memberOf(sigPId, 'digAlg') ?? memberOf(memberOf(sigPId, 'hashAV'), 'digAlg'));
  const text = memberOf(sigPId, 'digVal') ?? memberOf(memberOf(sigPId, 'hashAV'), 'digVal');
  const hash = typeof text === 'string' ? urlOctets(text) : undefined;
  const uri = listOf(memberOf(sigPId, 'sigPQuals'))
    .map((one) => memberOf(one, 'spURI'))
    .find((one) => typeof one === 'string');
  return {
    id: id.replace(/^urn:oid:/, '').slice(0, 400),
    ...(digest ? { digest } : {}),
    ...(hash ? { hash } : {}),
    ...(typeof uri === 'string' ? { uri: uri.slice(0, 400) } : {}),
    ...storeOf(members),
  };
}

/** `sigPSt` (clause 5.3.3): one that says where the document lies is not followed. */
function storeOf(members: readonly UnsignedMember[]): Pick<PolicyReference, 'store'> {
  const [only, second] = members.filter(({ name }) => name === 'sigPSt');
  const [store] = second ? [] : base64(memberOf(only?.value, 'sigPolDoc'));
  return store ? { store } : {};
}

function urlOctets(text: string): Uint8Array | undefined {
  try {
    return octets(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return undefined;
  }
}

/** `srCms` (clause 5.2.3). */
const commitmentsOf = ({ srCms }: Header): readonly string[] =>
  listOf(srCms).flatMap((one) => {
    const id = memberOf(memberOf(one, 'commId'), 'id');
    return typeof id === 'string' ? [id.slice(0, 400)] : [];
  });
