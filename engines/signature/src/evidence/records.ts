import { checkRecord, EvidenceRecordError } from '../evidence-record/record.ts';
import { formOfRecord, readRecord } from '../evidence-record/subject.ts';
import { type FoundTimestamp, noMaterial } from './model.ts';

/** An evidence record inside a signature with the data objects that it must cover, each in the forms that it may have been hashed in. */
export interface EmbeddedRecordInput {
  readonly record: Uint8Array;
  /** The first is the signature. Forms that cannot be told apart beforehand: the one that is covered counts. */
  readonly objects: readonly (readonly Uint8Array[])[];
}

const maxRecords = 16;

/** Time-stamps of the records in a signature, each with the root of the hash tree that it must carry; one that cannot be read gives none. */
export function recordTimestamps(inputs: readonly EmbeddedRecordInput[]): readonly FoundTimestamp[] {
  return inputs.slice(0, maxRecords).flatMap(({ objects, record }, index) => {
    try {
      const parsed = readRecord(record);
      const facts = checkRecord(
        parsed,
        objects.flatMap((forms) => forms.slice(0, 4)),
      );
      const covers = {
        signedData: false,
        signature: facts.renewed && facts.covered.slice(0, objects[0]?.length ?? 0).some((one) => one),
        material: noMaterial,
        timestamps: [],
      };
      return facts.stamps.map(
        ({ digest, token }): FoundTimestamp => ({
          ...{ kind: 'record', record: index + 1, recordForm: formOfRecord(record) },
          ...{ token, data: [], digest, covers },
        }),
      );
    } catch (error) {
      if (!(error instanceof EvidenceRecordError)) throw error;
      return [];
    }
  });
}
