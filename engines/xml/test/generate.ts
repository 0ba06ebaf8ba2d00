import { spawnSync } from 'node:child_process';
import type { Random } from '@tra/kernel';

/** Whether a program is here; tests that compare with it are skipped with a notice where it is not. */
export function hasTool(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0;
}

/** Picks whole numbers below `n`. */
export type Pick = (n: number) => number;

export function picker(random: Random): Pick {
  return (n) => {
    const [a = 0, b = 0] = random.bytes(2);
    return (a * 256 + b) % n;
  };
}

const prefixes = ['', 'a', 'b', 'c', 'ds'];
const uris = ['urn:one', 'urn:two', 'http://example.org/three', ''];
const names = ['x', 'y', 'Zed', 'ชื่อ'];
const texts = ['t', ' ', '\n', '&amp;', '&lt;', '&#13;', '&#x9;', 'ก', '&gt;', '"', '<![CDATA[<&]]>', '\r\n', '𝒳', 'é'];
const values = ['v', ' ', '&quot;', '&#10;', '&#9;', '\t', '\n', 'ไทย', '&lt;', '&amp;amp;', "'", '&#xD;', '>'];

/** A well-formed document with awkward namespaces, attributes, characters, comments and processing instructions. */
export function randomXml(pick: Pick): string {
  const misc = (): string => (pick(3) === 0 ? `<!-- c${pick(9)} -->\n<?pi d${pick(9)}?>` : '');
  const scope = new Map<string, string>([['', '']]);
  return `<?xml version="1.0"?>\n${misc()}${randomElement(pick, scope, 0)}${misc()}`;
}

let serial = 0;

function randomElement(pick: Pick, above: ReadonlyMap<string, string>, depth: number): string {
  const scope = new Map(above);
  let declared = '';
  for (const prefix of prefixes) {
    if (pick(4) !== 0) continue;
    const uri = uris[pick(prefix === '' ? 4 : 3)] as string;
    scope.set(prefix, uri);
    declared += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`;
  }
  const known = [...scope.keys()];
  const name = qualified(pick, known[pick(known.length)] as string);
  const tag = `${name}${declared}${randomAttributes(pick, scope)}`;
  const count = depth > 4 ? 0 : pick(5);
  if (count === 0 && pick(2) === 0) return `<${tag}/>`;
  let inside = '';
  for (let index = 0; index < count; index += 1) inside += randomChild(pick, scope, depth);
  return `<${tag}>${inside}</${name} >`;
}

function qualified(pick: Pick, prefix: string): string {
  const local = names[pick(names.length)] as string;
  return prefix === '' ? local : `${prefix}:${local}`;
}

function randomAttributes(pick: Pick, scope: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let out = '';
  serial += 1;
  if (pick(2) === 0) out += ` Id="i${serial}"`;
  if (pick(6) === 0) out += ' xml:lang="th"';
  if (pick(6) === 0) out += " xml:space='preserve'";
  for (let index = pick(4); index > 0; index -= 1) {
    const known = [...scope.keys()];
    const prefix = known[pick(known.length)] as string;
    const local = names[pick(names.length)] as string;
    const key = `${prefix === '' ? '' : scope.get(prefix)} ${local}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const value = Array.from({ length: pick(4) }, () => values[pick(values.length)]).join('');
    out += `\n ${prefix === '' ? local : `${prefix}:${local}`} = "${value}"`;
  }
  return out;
}

function randomChild(pick: Pick, scope: ReadonlyMap<string, string>, depth: number): string {
  const kind = pick(8);
  if (kind < 4) return randomElement(pick, scope, depth + 1);
  if (kind === 4) return `<!--${texts[pick(3)]}c-->`;
  if (kind === 5) return pick(2) === 0 ? '<?p?>' : '<?p  q="1" ?>';
  return Array.from({ length: 1 + pick(3) }, () => texts[pick(texts.length)]).join('');
}
