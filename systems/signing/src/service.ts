import { signPdf, signXml } from '@tra/signature';
import { type DocumentSigner, ensureSigner, type SignerSource } from './document-signer.ts';
import { SigningError } from './errors.ts';
import type { SigningPorts } from './ports.ts';

/** What is written into the signature beside the certificate. */
export interface SignRequest {
  readonly reason: string;
  readonly location?: string;
  /** Name shown as the signer; the certificate's common name unless told. */
  readonly name?: string;
}

/** What other systems may ask of the document signer. */
export interface SigningServices {
  /**
   * The same PDF with a PAdES-B-T signature added as an incremental update; validated before it resolves. Rejects with the codes of
   * `SignatureError` and `SigningError`; never hands back a document that is not signed and time-stamped.
   */
  signPdf(pdf: Uint8Array, options: SignRequest): Promise<Uint8Array>;
  /**
   * The same XML with a XAdES-B-T signature as the last child of its root, over the whole document; validated before it resolves. Rejects as
   * `signPdf` does.
   */
  signXml(xml: Uint8Array): Promise<Uint8Array>;
  /** Certificate of the document signer, issuing CA, root CA; DER. */
  chain(): Promise<Uint8Array[]>;
}

/** Services with the work of start-up and schedule. */
export interface SigningService extends SigningServices {
  /** Finds, makes or renews the signer; rejects when it cannot sign. */
  refresh(): Promise<void>;
}

const recheckMs = 3_600_000;

/** Makes the service; the signer is found or made when it is first used, at the latest by `refresh`. */
export function createSigningService(source: SignerSource, ports: SigningPorts): SigningService {
  const { clock, metrics } = source.context;
  const outcomes = metrics.counter({
    name: 'tra_signing_signatures_total',
    help: 'Documents to be signed by outcome.',
    labels: ['outcome'],
  });
  const counted = async (sign: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    try {
      const signed = await sign();
      outcomes.inc({ outcome: 'signed' });
      return signed;
    } catch (error) {
      outcomes.inc({ outcome: 'refused' });
      throw error;
    }
  };
  const current = createCurrentSigner(source);
  return {
    refresh: async () => {
      await current(true);
    },
    chain: async () => {
      const { certificate, issuing, root } = await current();
      return [certificate, issuing, root];
    },
    signXml: (xml) =>
      counted(async () => {
        const { certificate, issuing, root, signer } = await current();
        const { timestamper } = ports;
        const chain = [issuing, root];
        return await signXml({ xml, signer, certificate, chain, signingTime: clock.now(), timestamper });
      }),
    signPdf: (pdf, { reason, location, name }) =>
      counted(async () => {
        const { certificate, issuing, root, signer } = await current();
        return await signPdf({
          pdf,
          signer,
          certificate,
          chain: [issuing, root],
          crls: await ports.revocation.currentCrls(),
          timestamper: ports.timestamper,
          now: clock.now(),
          reason,
          ...(location === undefined ? {} : { location }),
          ...(name === undefined ? {} : { name }),
        });
      }),
  };
}

/** The signer, looked up again every hour and when its certificate has expired, so that a renewal elsewhere is noticed. */
function createCurrentSigner({ context, ...source }: SignerSource): (fresh?: boolean) => Promise<DocumentSigner> {
  let loading: Promise<DocumentSigner> | undefined;
  let checkedAt = 0;
  const load = (): Promise<DocumentSigner> => {
    checkedAt = context.clock.now().getTime();
    loading = ensureSigner({ context, ...source }).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return async (fresh = false) => {
    const now = context.clock.now();
    const stale = fresh || now.getTime() - checkedAt > recheckMs;
    const signer = await (loading && !stale ? loading : load());
    if (signer.notAfter > now) return signer;
    const renewed = await load();
    if (renewed.notAfter > now) return renewed;
    throw new SigningError('signing.certificate_expired', { params: { until: renewed.notAfter.toISOString() } });
  };
}
