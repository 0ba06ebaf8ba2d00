/** The 4 or 16 octets of an IP address in text form (RFC 4291 section 2.2), or undefined when it is none. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseVersion6(text) : parseVersion4(text);
}

function parseVersion4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return;
  return Uint8Array.from(parts, Number);
}

function parseVersion6(text: string): Uint8Array | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  let rest = text;
  if (last.includes('.')) {
    const four = parseVersion4(last);
    if (!four) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = four;
    rest = `${text.slice(0, -last.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

/** Address octets followed by mask octets of a range such as `192.0.2.0/24` (RFC 5280 section 4.2.1.10), or undefined. */
export function parseIpRange(text: string): Uint8Array | undefined {
  const [address = '', prefix = '', ...more] = text.split('/');
  const bytes = parseIpAddress(address);
  const bits = Number(prefix);
  if (!bytes || more.length > 0 || !/^\d{1,3}$/.test(prefix) || bits > bytes.length * 8) return undefined;
  const mask = bytes.map((_, index) => 0xff & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))));
  return Uint8Array.from([...bytes.map((byte, index) => byte & (mask[index] ?? 0)), ...mask]);
}

/** Text form of 4 or 16 octets; hexadecimal groups without shortening for 16. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length !== 16) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}
