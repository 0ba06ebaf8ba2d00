// Some public tests change the diagnostic data in their own code before they run the process, and the corpus holds the data without the change.
// Here each change is written down as data: where, and what was put there. It is used only for the second figure of the suite.

/** A value that a test puts into the data before it runs. */
export interface Alteration {
  /** Members and indices from the root of our diagnostic data. */
  readonly path: readonly (string | number)[];
  readonly value: string | number | boolean;
}

/** What a test does besides running the data as they are. */
export interface AlteredTest {
  readonly alterations: readonly Alteration[];
  /** The test asks the process to end after this phase: its result is the final one. */
  readonly lastPhase?: 'ltv';
}

const signature = ['signatures', 0, 'signature'] as const;
const timestamp = ['timestamps', 0] as const;
const cryptographic = 'CryptographicValidationExecutorTest';
const records = 'SignatureWithERValidationExecutorTest';

/** The changes by name of the test, as the tests of EU DSS 6.4 state them. */
export const alteredTests: Readonly<Record<string, AlteredTest>> = {
  [`${records}.sigWithBrokenERValidationTest`]: {
    alterations: [{ path: ['evidenceRecords', 0, 'digestMatchers', 0, 'intact'], value: false }],
  },
  [`${records}.sigWithBrokenERFirstTimestampValidationTest`]: {
    alterations: [{ path: ['evidenceRecords', 0, 'timestamps', 0, '->', 'digestMatchers', 0, 'intact'], value: false }],
  },
  [`${records}.sigWithBrokenERSecondTimestampValidationTest`]: {
    alterations: [{ path: ['evidenceRecords', 0, 'timestamps', 1, '->', 'digestMatchers', 0, 'intact'], value: false }],
  },
  [`${records}.sigWithERLTValidationTest`]: { alterations: [], lastPhase: 'ltv' },
  [`${cryptographic}.digestMatcherCryptoTest`]: {
    alterations: [{ path: ['signatures', 0, 'digestMatchers', 1, 'digest', 'algorithm'], value: 'SHA1' }],
  },
  [`${cryptographic}.tstDigestMatcherCryptoTest`]: {
    alterations: [{ path: [...timestamp, 'digestMatchers', 0, 'digest', 'algorithm'], value: 'SHA1' }],
  },
  [`${cryptographic}.messageDigestWithSha1WithBrokenTstTest`]: {
    alterations: [
      { path: [...timestamp, 'signature', 'intact'], value: false },
      { path: [...timestamp, 'signature', 'valid'], value: false },
    ],
  },
  [`${cryptographic}.signatureWithMD2AndContentTstTest`]: {
    alterations: [{ path: [...signature, 'digestAlgorithm'], value: 'MD2' }],
  },
  [`${cryptographic}.signatureWithMD2AndSHA3with224ContentTstTest`]: {
    alterations: [
      { path: [...signature, 'digestAlgorithm'], value: 'MD2' },
      { path: ['signatures', 0, 'timestamps', 0, '->', 'signature', 'digestAlgorithm'], value: 'SHA3-224' },
    ],
  },
  [`${cryptographic}.xadesRsaPssFailureTest`]: {
    alterations: [
      { path: [...signature, 'encryptionAlgorithm'], value: 'RSASSA-PSS' },
      { path: [...signature, 'keyLength'], value: 1872 },
    ],
  },
  [`${cryptographic}.xadesRsaPssLegacyValidTest`]: {
    alterations: [
      { path: [...signature, 'encryptionAlgorithm'], value: 'RSASSA-PSS' },
      { path: [...signature, 'keyLength'], value: 2048 },
    ],
  },
  [`${cryptographic}.xadesRsaPssValidTest`]: {
    alterations: [
      { path: [...signature, 'encryptionAlgorithm'], value: 'RSASSA-PSS' },
      { path: [...signature, 'keyLength'], value: 3072 },
    ],
  },
  'ContentTimestampBasicValidationExecutorTest.contentTstInvalidNoConstraintTest': {
    alterations: [{ path: [...timestamp, 'signature', 'intact'], value: false }],
  },
};

type Node = Record<string | number, unknown>;

/** A copy of `data` with the changes made. `->` follows the id that was reached to its time-stamp. Throws when a path leads nowhere. */
export function altered<T extends { readonly timestamps: readonly { readonly id: string }[] }>(
  data: T,
  alterations: readonly Alteration[],
): T {
  const copy = structuredClone(data);
  for (const { path, value } of alterations) {
    let node: unknown = copy;
    for (const step of path.slice(0, -1)) {
      node = step === '->' ? copy.timestamps.find(({ id }) => id === node) : (node as Node)[step];
      if (node === undefined) throw new Error(`no ${path.join('.')}`);
    }
    const last = path.at(-1) ?? '';
    if (!(last in (node as Node))) throw new Error(`no ${path.join('.')}`);
    (node as Node)[last] = value;
  }
  return copy;
}
