import { utf8Encode } from '@tra/kernel';
import type { Attack, Shown, Stage } from '../attack.ts';
import { type HandSigner, signedData, signerInfo } from '../hand-cms.ts';

export const content = utf8Encode('Pay 100 baht to Somchai');
export const forgery = utf8Encode('Pay 999 baht to Mallory');

/** A CMS of one signer with its content inside. */
export function cms(
  { victim }: Stage,
  own: Partial<HandSigner> & { readonly carried?: Uint8Array; readonly contentType?: string } = {},
): Uint8Array {
  const entity = own.entity ?? victim.document;
  const { carried = content, contentType, ...signer } = own;
  return signedData({
    content: carried,
    ...(contentType ? { contentType } : {}),
    certificates: [entity.certificate, victim.hierarchy.issuing.certificate],
    signers: [signerInfo({ entity, content, ...signer })],
  });
}

/** The signature as another makes of it; the honest one is the same without. */
export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  forged(stage: Stage, honest: Uint8Array): Uint8Array | Shown | Promise<Uint8Array | Shown>;
  readonly honest?: (stage: Stage) => Uint8Array | Promise<Uint8Array>;
}

export const attributesInvalid = 'signature.attributes_invalid';

export async function attacksOf(rows: readonly Row[], stage: Stage, usual: Uint8Array): Promise<readonly Attack[]> {
  const shown = (made: Uint8Array | Shown): Shown => (made instanceof Uint8Array ? { bytes: made } : made);
  return Promise.all(
    rows.map(async ({ name, clause, reason, forged, honest }): Promise<Attack> => {
      const own = honest ? await honest(stage) : usual;
      return { name, clause, reason, honest: { bytes: own }, forged: shown(await forged(stage, own)) };
    }),
  );
}
