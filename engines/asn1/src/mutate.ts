import { concatBytes } from '@tra/kernel';
import { boundsAt } from './element.ts';
import { element } from './writer.ts';

/** Whole numbers from 0 up to, not including, `below`. */
export type RandomNumbers = (below: number) => number;

/** Repeatable random numbers (mulberry32), for tests. */
export function seededNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

/** One element found inside a DER file, at any depth, also inside OCTET STRING and BIT STRING. */
interface Place {
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
  readonly parent: Place | undefined;
}

interface Subject {
  readonly bytes: Uint8Array;
  readonly places: readonly Place[];
  /** Another file to splice from. */
  readonly donor: Uint8Array;
  readonly random: RandomNumbers;
}

/** A changed copy of a file. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly bytes: Uint8Array;
}

/** How {@link mutate} changes a file. */
export type MutationKind =
  | 'bit-flip'
  | 'byte-change'
  | 'byte-insert'
  | 'byte-delete'
  | 'truncate'
  | 'append'
  | 'length'
  | 'tag'
  | 'element-duplicate'
  | 'element-delete'
  | 'element-swap'
  | 'element-value'
  | 'element-graft'
  | 'splice';

const changes: Readonly<Record<MutationKind, (subject: Subject) => Uint8Array>> = {
  'bit-flip': ({ bytes, random }) => edit(bytes, random(bytes.length), (byte) => byte ^ (1 << random(8))),
  'byte-change': ({ bytes, random }) => edit(bytes, random(bytes.length), () => random(256)),
  'byte-insert': ({ bytes, random }) => {
    const at = random(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), randomBytes(random, 1 + random(4)), bytes.subarray(at));
  },
  'byte-delete': ({ bytes, random }) => {
    const at = random(bytes.length);
    return concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1 + random(4)));
  },
  truncate: ({ bytes, random }) => bytes.slice(0, random(bytes.length)),
  append: ({ bytes, random }) => concatBytes(bytes, randomBytes(random, 1 + random(16))),
  length: changeLength,
  tag: (subject) => edit(subject.bytes, pick(subject).start, (byte) => byte ^ (1 << subject.random(8))),
  'element-duplicate': (subject) => {
    const place = pick(subject);
    const raw = subject.bytes.subarray(place.start, place.end);
    return replace(subject.bytes, place, concatBytes(raw, raw));
  },
  'element-delete': (subject) => replace(subject.bytes, pick(subject), new Uint8Array(0)),
  'element-swap': swapWithNext,
  'element-value': (subject) => {
    const place = pick(subject);
    return replace(subject.bytes, place, element(subject.bytes[place.start] ?? 0, strangeContent(subject, place)));
  },
  'element-graft': (subject) => {
    const there = placesIn(subject.donor);
    const taken = there[subject.random(there.length)];
    if (!taken) return subject.bytes.slice(0, -1);
    return replace(subject.bytes, pick(subject), subject.donor.subarray(taken.start, taken.end));
  },
  splice: ({ bytes, donor, random }) => {
    const at = random(bytes.length);
    return concatBytes(bytes.subarray(0, at), donor.subarray(Math.min(donor.length, at + random(3) - 1)));
  },
};

/** Every kind of mutation. */
export const mutationKinds: readonly MutationKind[] = Object.keys(changes) as MutationKind[];

/**
 * Changes a DER file in one of {@link mutationKinds}: raw bytes, framing, or whole elements with the lengths around them repaired,
 * so that the change gets past the framing. Half of the results are changed once more.
 */
export function mutate(bytes: Uint8Array, donor: Uint8Array, random: RandomNumbers): Mutation {
  const kind = mutationKinds[random(mutationKinds.length)] ?? 'bit-flip';
  let changed = apply(kind, bytes, donor, random);
  for (let more = random(4); more >= 2 && changed.length > 0; more -= 1) {
    changed = apply(mutationKinds[random(mutationKinds.length)] ?? 'bit-flip', changed, donor, random);
  }
  return { kind, bytes: changed };
}

function apply(kind: MutationKind, bytes: Uint8Array, donor: Uint8Array, random: RandomNumbers): Uint8Array {
  return changes[kind]({ bytes, donor, random, places: placesIn(bytes) });
}

function randomBytes(random: RandomNumbers, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}

function edit(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function pick({ places, random, bytes }: Subject): Place {
  return places[random(places.length)] ?? { start: 0, contentStart: 0, end: bytes.length, parent: undefined };
}

const maxPlaces = 400;

/** Elements at every depth, as many as can be found in what may be broken. */
function placesIn(bytes: Uint8Array): readonly Place[] {
  const places: Place[] = [];
  collect(bytes, { start: 0, end: bytes.length, parent: undefined }, places);
  return places;
}

function collect(
  bytes: Uint8Array,
  range: { start: number; end: number; parent: Place | undefined },
  places: Place[],
): boolean {
  const found: Place[] = [];
  try {
    for (let at = range.start; at < range.end; ) {
      const { contentStart, end } = boundsAt(bytes, at, range.end);
      found.push({ start: at, contentStart, end, parent: range.parent });
      at = end;
    }
  } catch {
    if (range.parent) return false;
  }
  for (const place of found) {
    if (places.length >= maxPlaces) return true;
    places.push(place);
    const tag = bytes[place.start] ?? 0;
    const inside = tag === 3 ? place.contentStart + 1 : place.contentStart;
    if ((tag & 0x20) !== 0 || ((tag === 3 || tag === 4) && place.end - inside > 2)) {
      collect(bytes, { start: inside, end: place.end, parent: place }, places);
    }
  }
  return true;
}

/** `replacement` in the place of an element, with the lengths of everything around it made right. */
function replace(bytes: Uint8Array, place: Place, replacement: Uint8Array): Uint8Array {
  const { parent } = place;
  if (!parent) return concatBytes(bytes.subarray(0, place.start), replacement, bytes.subarray(place.end));
  const content = [
    bytes.subarray(parent.contentStart, place.start),
    replacement,
    bytes.subarray(place.end, parent.end),
  ];
  return replace(bytes, parent, element(bytes[parent.start] ?? 0, ...content));
}

function changeLength(subject: Subject): Uint8Array {
  const { bytes, random } = subject;
  const place = pick(subject);
  const { start, contentStart, end } = place;
  const length = end - contentStart;
  const forms: readonly Uint8Array[] = [
    Uint8Array.of(random(256)),
    Uint8Array.of(0x80),
    Uint8Array.of(0x81, length & 0xff),
    Uint8Array.of(0x82, length >> 8, length & 0xff),
    Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x84, 0, 0, length >> 8, length & 0xff),
    Uint8Array.of((length + 1 + random(3)) & 0x7f),
    Uint8Array.of(Math.max(0, length - 1 - random(3)) & 0x7f),
    Uint8Array.of(0xff),
  ];
  const form = forms[random(forms.length)] ?? new Uint8Array(0);
  return concatBytes(bytes.subarray(0, start + 1), form, bytes.subarray(contentStart));
}

function swapWithNext(subject: Subject): Uint8Array {
  const { bytes, places } = subject;
  const place = pick(subject);
  const next = places.find(({ start, parent }) => start === place.end && parent === place.parent);
  if (!next) return replace(bytes, place, new Uint8Array(0));
  const copy = bytes.slice();
  copy.set(bytes.subarray(next.start, next.end), place.start);
  copy.set(bytes.subarray(place.start, place.end), place.start + next.end - next.start);
  return copy;
}

/** Contents at the edge of what types allow. */
function strangeContent({ bytes, random }: Subject, { contentStart, end }: Place): Uint8Array {
  const content = bytes.subarray(contentStart, end);
  switch (random(8)) {
    case 0:
      return new Uint8Array(0);
    case 1:
      return Uint8Array.of(0);
    case 2:
      return Uint8Array.of(0xff);
    case 3:
      return new Uint8Array(1 + random(40)).fill(0xff);
    case 4:
      return new Uint8Array(1 + random(300)).fill(random(256));
    case 5:
      return concatBytes(Uint8Array.of(0), content);
    case 6:
      return concatBytes(content, content);
    default:
      return concatBytes(...Array.from({ length: 2 + random(60) }, () => Uint8Array.of(0x30, 0)));
  }
}
