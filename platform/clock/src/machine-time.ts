/** The clocks of a machine: the wall, which people and jumps change, and one that only runs forward. */
export interface MachineTime {
  /** Milliseconds since 1970, with fractions. */
  wall(): number;
  /** Milliseconds since some moment. */
  steady(): number;
}

/** The clocks of this machine. */
export const machineTime: MachineTime = {
  wall: () => Date.now(),
  steady: () => performance.now(),
};
