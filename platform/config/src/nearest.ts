function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const change = left[row - 1] === right[column - 1] ? 0 : 1;
      const best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + change,
      );
      current.push(best);
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The one of `known` that `name` was most probably meant to be (Levenshtein distance); undefined when none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const compared = name.slice(0, 80);
  let best: { candidate: string; far: number } | undefined;
  for (const candidate of known) {
    const far = distance(compared, candidate);
    if (!best || far < best.far) best = { candidate, far };
  }
  return best && best.far <= Math.max(3, Math.floor(compared.length / 3)) ? best.candidate : undefined;
}
