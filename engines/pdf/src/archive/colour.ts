import { PdfSyntaxError } from '../errors.ts';
import { PdfName, type PdfStream, type PdfValue } from '../objects.ts';
import { type ArchiveFindings, streamOf } from './findings.ts';

/** Colour spaces of devices that content uses: what they mean depends on the output intent. */
export interface ColourUse {
  gray: boolean;
  rgb: boolean;
  cmyk: boolean;
}

/** What the head of an ICC profile says (ICC.1 clause 7.2). */
export interface ProfileHead {
  readonly version: number;
  readonly deviceClass: string;
  readonly space: string;
}

/** The head of a profile; undefined for a stream that is none. */
export function profileHead({ file }: ArchiveFindings, stream: PdfStream | undefined): ProfileHead | undefined {
  if (!stream) return undefined;
  try {
    const data = file.decode(stream);
    const word = (from: number): string => String.fromCharCode(...data.subarray(from, from + 4));
    if (data.length < 128 || word(36) !== 'acsp') return undefined;
    return { version: (data[8] ?? 0) + (data[9] ?? 0) / 160, deviceClass: word(12), space: word(16) };
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return undefined;
  }
}

/** Where a colour space is used. */
export interface ColourPlace {
  readonly use: ColourUse;
  readonly place: string;
  /** Names of the default colour spaces that are set there: `DefaultRGB`, … (ISO 32000-1 clause 8.6.5.6). */
  readonly defaults?: ReadonlySet<string>;
}

const deepest = 8;

/** Notes what a colour space rests on, and looks at profiles in it (clauses 6.2.4.2 and 6.2.4.3). */
export function noteColourSpace(
  findings: ArchiveFindings,
  value: PdfValue | undefined,
  where: ColourPlace,
  depth = 0,
): void {
  const { file } = findings;
  const found = file.get(value);
  if (found instanceof PdfName) {
    noteDevice(found.name, where);
    return;
  }
  if (!Array.isArray(found) || depth > deepest) return;
  const parts = found as readonly PdfValue[];
  const kind = file.name(parts[0]);
  if (kind === 'ICCBased') checkProfile(findings, streamOf(file, parts[1]), where.place);
  else if (kind === 'Indexed' || kind === 'I' || kind === 'Pattern')
    noteColourSpace(findings, parts[1], where, depth + 1);
  else if (kind === 'Separation' || kind === 'DeviceN') noteColourSpace(findings, parts[2], where, depth + 1);
  else if (kind !== undefined) noteDevice(kind, where);
}

const devices: Readonly<Record<string, keyof ColourUse>> = {
  ...{ DeviceGray: 'gray', G: 'gray', DeviceRGB: 'rgb', RGB: 'rgb', DeviceCMYK: 'cmyk', CMYK: 'cmyk' },
};
const defaultOf: Readonly<Record<keyof ColourUse, string>> = {
  ...{ gray: 'DefaultGray', rgb: 'DefaultRGB', cmyk: 'DefaultCMYK' },
};

/** Notes that a colour space of a device is used, unless a default stands for it there. */
export function noteDevice(name: string, { defaults, use }: ColourPlace): void {
  const device = Object.hasOwn(devices, name) ? devices[name] : undefined;
  if (device && !defaults?.has(defaultOf[device])) use[device] = true;
}

const inputClasses: ReadonlySet<string> = new Set(['prtr', 'mntr', 'scnr', 'spac']);
const inputSpaces: ReadonlySet<string> = new Set(['RGB ', 'CMYK', 'GRAY', 'Lab ']);

function checkProfile(findings: ArchiveFindings, stream: PdfStream | undefined, place: string): void {
  const head = profileHead(findings, stream);
  const good =
    head !== undefined && inputClasses.has(head.deviceClass) && inputSpaces.has(head.space) && head.version < 5;
  findings.demand(good, 'pdfa.icc_profile', place);
}

const outputSpaces: ReadonlySet<string> = new Set(['RGB ', 'CMYK', 'GRAY']);

/** The colour space of the output intent (clause 6.2.3); undefined without one that can be used. */
export function checkOutputIntents(findings: ArchiveFindings): string | undefined {
  const { file } = findings;
  const intents = file.array(file.catalog?.get('OutputIntents')).flatMap((item) => file.dict(item) ?? []);
  const profiles = new Set(intents.flatMap((intent) => streamOf(file, intent.get('DestOutputProfile')) ?? []));
  findings.demand(profiles.size <= 1, 'pdfa.output_profiles_differ', 'output intents');
  for (const intent of intents) {
    const held = intent.get('DestOutputProfile');
    if (held === undefined) continue;
    const head = profileHead(findings, streamOf(file, held));
    const display = head?.deviceClass === 'prtr' || head?.deviceClass === 'mntr';
    const good = head !== undefined && display && outputSpaces.has(head.space) && head.version < 5;
    findings.demand(good, 'pdfa.output_profile', 'output intent');
  }
  const archive = intents.find((intent) => file.name(intent.get('S')) === 'GTS_PDFA1');
  return profileHead(findings, streamOf(file, archive?.get('DestOutputProfile')))?.space;
}
