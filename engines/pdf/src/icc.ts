import { concatBytes } from '@tra/kernel';
import { ascii } from './wire/serialize.ts';

/** Words inside the profile. */
export interface IccOptions {
  readonly description?: string;
  readonly copyright?: string;
}

const curvePoints = 1024;

function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value >>> 0);
  return bytes;
}

const fixed = (value: number): number => Math.round(value * 65536);

const xyz = (x: number, y: number, z: number): Uint8Array =>
  concatBytes(ascii('XYZ '), u32(0, fixed(x), fixed(y), fixed(z)));

function description(text: string): Uint8Array {
  const words = ascii(`${text}\0`);
  return concatBytes(ascii('desc'), u32(0, words.length), words, new Uint8Array(4 + 4 + 2 + 1 + 67));
}

/** The transfer curve of IEC 61966-2-1 as a table. */
function curve(): Uint8Array {
  const table = new Uint8Array(curvePoints * 2);
  const view = new DataView(table.buffer);
  for (let index = 0; index < curvePoints; index += 1) {
    const value = index / (curvePoints - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    view.setUint16(index * 2, Math.round(linear * 65535));
  }
  return concatBytes(ascii('curv'), u32(0, curvePoints), table);
}

function header(size: number): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set(u32(size, 0, 0x02100000));
  bytes.set(ascii('mntrRGB XYZ '), 12);
  bytes.set([0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], 24);
  bytes.set(ascii('acsp'), 36);
  bytes.set(u32(fixed(0.9642), fixed(1), fixed(0.8249)), 68);
  return bytes;
}

/**
 * An ICC version 2.1 display profile for sRGB (IEC 61966-2-1), built from the published primaries adapted to D50 and the
 * exact transfer curve. The same bytes every time.
 */
export function srgbProfile(options: IccOptions = {}): Uint8Array {
  const trc = curve();
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ['desc', description(options.description ?? 'sRGB IEC61966-2.1')],
    ['cprt', concatBytes(ascii('text'), u32(0), ascii(`${options.copyright ?? 'No copyright, use freely'}\0`))],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.43607, 0.22249, 0.01392)],
    ['gXYZ', xyz(0.38515, 0.71687, 0.09708)],
    ['bXYZ', xyz(0.14307, 0.06061, 0.7141)],
    ['rTRC', trc],
    ['gTRC', trc],
    ['bTRC', trc],
  ];
  const places = new Map<Uint8Array, number>();
  const bodies: Uint8Array[] = [];
  let offset = 128 + 4 + tags.length * 12;
  const index: Uint8Array[] = [u32(tags.length)];
  for (const [name, body] of tags) {
    if (!places.has(body)) {
      places.set(body, offset);
      const padded = new Uint8Array(Math.ceil(body.length / 4) * 4);
      padded.set(body);
      bodies.push(padded);
      offset += padded.length;
    }
    index.push(ascii(name), u32(places.get(body) ?? 0, body.length));
  }
  return concatBytes(header(offset), ...index, ...bodies);
}
