import type { Certificate } from '../certificate.ts';
import type { Check } from '../report.ts';
import { checksOf, type Fault, formFaults, type Position } from './form-rules.ts';
import type { PathOptions, PathProfile } from './options.ts';
import { signerFaults } from './purpose.ts';
import { smimeFaults } from './smime-rules.ts';
import { webpkiFaults } from './webpki-rules.ts';

/** Form of every certificate of a path by the profile that was asked for, anchor first; nothing without a profile. */
export function checkForm(path: readonly Certificate[], options: PathOptions): readonly Check[] {
  const { profile } = options;
  if (profile === undefined) return [];
  return path
    .map((certificate, index) => checksOf(certificate, faultsOf(certificate, positionOf(index, path.length), options)))
    .reverse()
    .flat();
}

function positionOf(index: number, length: number): Position {
  if (index === 0) return length === 1 ? 'sole' : 'end';
  return index === length - 1 ? 'anchor' : 'intermediate';
}

function faultsOf(certificate: Certificate, position: Position, options: PathOptions): readonly Fault[] {
  const profile = options.profile as PathProfile;
  return [
    ...formFaults(certificate, position, profile),
    ...(profile === 'webpki' ? webpkiFaults(certificate, position, options.isPublicSuffix) : []),
    ...(profile === 'smime' ? smimeFaults(certificate, position) : []),
    ...((profile === 'tsa' || profile === 'document-signing') && (position === 'end' || position === 'sole')
      ? signerFaults(certificate, profile)
      : []),
  ];
}
