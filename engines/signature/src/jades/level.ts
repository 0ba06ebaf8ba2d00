import type { Certificate } from '@tra/pki';
import type { Evidence } from '../evidence/model.ts';
import type { LevelFacts } from '../levels/level.ts';
import { isStampedInTime, longTermOf } from '../levels/material.ts';
import { unsignedMembers } from './evidence.ts';
import { claimedTimeOf, headerProblem } from './header.ts';
import type { JwsSignature } from './read.ts';

const certificateNames = ['x5t#S256', 'x5t#o', 'sigX5ts'] as const;
/** Parameters that change what is signed: a reader that does not know them would verify something else (RFC 7797 section 6, TS 119 182-1 clause 5.2.8). */
const mustBeCritical = ['b64', 'sigD'] as const;
const olderForms = ['xRefs', 'rRefs', 'axRefs', 'arRefs', 'sigRTst', 'rfsTst'];
/** From here on `iat` takes the place of `sigT` (TS 119 182-1 V1.2.1 clause 6.3 a). */
const iatOnlyFrom = Date.UTC(2025, 4, 15);

/** The facts by which the level of a JWS is told (ETSI TS 119 182-1 clause 6.3). */
export function jadesLevelFacts(
  signature: JwsSignature,
  certificate: Certificate | undefined,
  evidence: Evidence,
): LevelFacts {
  const members = unsignedMembers(signature);
  const named = (names: readonly string[]): number => members.filter(({ name }) => names.includes(name)).length;
  const stamps = evidence.timestamps.filter(({ kind }) => kind === 'signature');
  const archived = evidence.timestamps.some(({ kind }) => kind === 'archive');
  const { allSelfSigned, complete: hasAll } = longTermOf(certificate, evidence, 'signer');
  const complete = allSelfSigned ? named(['xVals', 'axVals']) > 0 : hasAll;
  const stamped = isStampedInTime(stamps, certificate);
  return {
    family: 'JAdES',
    baseline: meetsBaseline(signature, evidence) && named(['sigPSt']) <= 1,
    basic: true,
    policy: evidence.policy !== undefined,
    stamped,
    baselineStamped: stamped && stamps.length === named(['sigTst']),
    complete,
    baselineComplete: complete && named(olderForms) === 0,
    references: false,
    stampedReferences: false,
    archived,
    baselineArchived: archived,
    records: false,
  };
}

function meetsBaseline(signature: JwsSignature, { policy }: Evidence): boolean {
  const { crit } = signature.header;
  const { header } = signature;
  const listed: readonly unknown[] = Array.isArray(crit) ? crit : [];
  const wanted = mustBeCritical.filter((name) => Object.hasOwn(header, name));
  return (
    typeof header.alg === 'string' &&
    (crit === undefined || (listed.length > 0 && new Set(listed).size === listed.length)) &&
    wanted.every((name) => listed.includes(name)) &&
    headerProblem(signature) === undefined &&
    saysOneTime(signature) &&
    certificateNames.filter((name) => Object.hasOwn(header, name)).length === 1 &&
    (!unsignedMembers(signature).some(({ name }) => name === 'sigPSt') ||
      (policy !== undefined && policy !== 'malformed' && policy.digest !== undefined))
  );
}

function saysOneTime({ header }: JwsSignature): boolean {
  const { iat, sigT } = header;
  const time = claimedTimeOf(header);
  if (!time || (iat !== undefined && sigT !== undefined)) return false;
  return iat !== undefined || time.getTime() < iatOnlyFrom;
}
