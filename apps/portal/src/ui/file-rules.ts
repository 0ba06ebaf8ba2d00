const typeNames: Record<string, string> = {
  'application/pdf': 'PDF',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'application/xml': 'XML',
};

/** Readable names of media types: "PDF, PNG, JPEG". */
export function typeList(accept: readonly string[]): string {
  return accept.map((type) => typeNames[type] ?? type).join(', ');
}

/** Why a chosen file cannot be taken, before anything is sent; the server looks again at the content. */
export function refusal(
  file: { type: string; size: number },
  accept: readonly string[],
  maxBytes: number,
): 'type' | 'size' | 'empty' | undefined {
  if (accept.length > 0 && !accept.includes(file.type)) return 'type';
  if (file.size === 0) return 'empty';
  return file.size > maxBytes ? 'size' : undefined;
}
