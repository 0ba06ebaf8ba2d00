/** The three possible ends of a validation (ETSI EN 319 102-1 clause 5.1.3): a failed one is a result, not an error. */
export type Verdict = 'passed' | 'failed' | 'indeterminate';
