/** Lets a limited number of pieces of work run at once; the others wait in order. */
export interface Gate {
  /** Waits for a place, runs `work`, and gives the place back whatever happens. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** A gate with `places` places. */
export function createGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    run: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
