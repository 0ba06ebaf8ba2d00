/** Where the time comes from. Engines never read the machine's clock themselves. */
export interface Clock {
  /** The current instant in UTC, to the millisecond. */
  now(): Date;
}

/** Where unpredictable bytes come from. */
export interface Random {
  /** `length` bytes from a cryptographically secure source. */
  bytes(length: number): Uint8Array;
}

/** Bytes of randomness in every unguessable public id: 160 bits, above the 128 that the API conventions demand. */
export const systemRandomLength: number = 20;
