import { createHash } from 'node:crypto';
import { fromBase64, toHex, utf8Decode } from '@tra/kernel';
import { readPublicKey } from '@tra/pki';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CeremonyError, type ScriptRule } from './errors.ts';
import { SCRIPT, STEPS } from './script-schema.ts';
import type { CrlStep, InputFile, Script, Step } from './script-types.ts';

/** A script with the hash by which holders approve it. */
export interface ReadScript {
  readonly script: Script;
  /** The bytes of the file. */
  readonly bytes: Uint8Array;
  /** SHA-256 of those bytes, hexadecimal. */
  readonly sha256: string;
}

/** SHA-256, lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return toHex(createHash('sha256').update(bytes).digest());
}

/** Reads a script and checks its form and the rules between its steps. Throws {@link CeremonyError}. */
export function readScript(bytes: Uint8Array): ReadScript {
  const script = checkForm(parse(bytes));
  checkParties(script);
  checkSteps(script);
  return { script, bytes, sha256: sha256Hex(bytes) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(bytes));
  } catch (cause) {
    throw new CeremonyError('cli.ceremony.script_invalid', { params: { place: '/' }, cause });
  }
}

function checkForm(value: unknown): Script {
  checkSchema(SCRIPT, value, '');
  const { steps, ...rest } = value as Script;
  const checked = steps.map((step, index) => {
    const place = `/steps/${index + 1}`;
    if (!Object.hasOwn(STEPS, step.do)) throw refuseForm(`${place}/do`);
    // Said before anything else about the step: this is what a root never does.
    const { profile } = step as { profile?: unknown };
    if (step.do === 'sign-subordinate' && profile !== 'issuing-ca' && profile !== 'subordinate-ca') {
      const params = { step: index + 1, profile: String(profile).slice(0, 64) };
      throw new CeremonyError('cli.ceremony.end_entity', { params });
    }
    checkSchema(STEPS[step.do], step, place);
    return step;
  });
  return { ...rest, steps: checked };
}

function checkSchema(schema: TSchema, value: unknown, place: string): void {
  if (Value.Check(schema, value)) return;
  const [first] = Value.Errors(schema, value);
  throw refuseForm(`${place}${first?.instancePath ?? ''}` || '/');
}

function refuseForm(place: string): CeremonyError {
  return new CeremonyError('cli.ceremony.script_invalid', { params: { place: place.slice(0, 200) } });
}

function rule(name: ScriptRule, step: number = 0): CeremonyError {
  return new CeremonyError('cli.ceremony.rule', { params: { rule: name, step } });
}

function checkParties({ holders, threshold, window }: Script): void {
  const keys = holders.map(({ publicKey }) => holderKey(publicKey));
  const names = holders.map(({ name }) => name.normalize('NFKC').toLowerCase());
  if (new Set(keys).size < keys.length || new Set(names).size < names.length) throw rule('holders_same');
  if (threshold > holders.length) throw rule('threshold');
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (!(to > from) || to - from > 62 * 86_400_000) throw rule('window');
}

function holderKey(publicKey: string): string {
  try {
    const key = readPublicKey(fromBase64(publicKey));
    if (key.asymmetricKeyType === 'ed25519') return publicKey;
  } catch (cause) {
    throw new CeremonyError('cli.ceremony.holder_key_invalid', { cause });
  }
  throw new CeremonyError('cli.ceremony.holder_key_invalid');
}

function checkSteps(script: Script): void {
  const { steps } = script;
  const [first] = steps;
  const roots = steps.filter((step) => step.do === 'create-root' || step.do === 'use-root');
  if (roots.length !== 1 || roots[0] !== first) throw rule('root_first', 1);
  const last = steps.length - 1;
  const close = steps.findIndex((step) => step.do === 'close');
  if (close !== last) throw rule('close_last', last + 1);
  const lists = steps.filter((step) => step.do === 'issue-crl');
  if (lists.length > 1) throw rule('crl_once', steps.indexOf(lists[1] as Step) + 1);
  const names = steps.flatMap((step) => ('name' in step ? [step.name] : []));
  if (new Set(names).size < names.length || names.includes('root') || names.includes('root-crl'))
    throw rule('names_same');
  for (const [index, step] of steps.entries()) {
    if (step.do === 'issue-crl') checkCrlStep(step, index + 1, first?.do === 'create-root');
  }
  const pinned = new Map<string, string>();
  for (const { file, sha256 } of inputsOf(script)) {
    if ((pinned.get(file) ?? sha256) !== sha256) throw rule('file_hash');
    pinned.set(file, sha256);
  }
}

/** Numbers and entries of a list never go back: every list but the very first names the one before. */
function checkCrlStep(step: CrlStep, place: number, isNew: boolean): void {
  if (isNew && step.previous) throw rule('crl_previous_none', place);
  if (!isNew && !step.previous) throw rule('crl_previous', place);
}

/** Every file that the script reads, in order. */
export function inputsOf({ steps }: Script): readonly InputFile[] {
  return steps.flatMap((step): InputFile[] => {
    switch (step.do) {
      case 'use-root':
        return [step.certificate];
      case 'sign-subordinate':
        return [step.request];
      case 'cross-certify':
        return [step.certificate, ...(step.request ? [step.request] : [])];
      case 'issue-crl': {
        const revoked = (step.revoke ?? []).flatMap((entry) => ('certificate' in entry ? [entry.certificate] : []));
        return [...(step.previous ? [step.previous] : []), ...revoked];
      }
      default:
        return [];
    }
  });
}
