import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type Language, toHex, utf8Encode } from '@tra/kernel';
import { inTransaction, type PkiCore } from '../core.ts';
import { findNewestPolicy, insertPolicy, type PolicyVersionRow } from '../store/policy-store.ts';
import { composePolicy, type PolicySource } from './compose.ts';
import { documentOid, type PolicyDocument } from './policy-oids.ts';
import type { PolicyText } from './text.ts';

/** What an edition holds, in both languages. */
export interface PolicyEdition {
  readonly document: PolicyDocument;
  readonly oid: string;
  readonly texts: Readonly<Record<Language, PolicyText>>;
}

/** An edition with its bytes. */
export interface PreparedEdition {
  readonly document: PolicyDocument;
  readonly oid: string;
  /** Canonical JSON of the {@link PolicyEdition}. */
  readonly content: string;
  /** SHA-256 of the content in UTF-8. */
  readonly sha256: Uint8Array;
}

/** Makes the document as it would be now. */
export function prepareEdition(core: PkiCore, document: PolicyDocument, source: PolicySource): PreparedEdition {
  const oid = documentOid(core.context.config, document);
  const texts = { th: composePolicy(document, 'th', source), en: composePolicy(document, 'en', source) };
  const content = canonicalJson({ document, oid, texts } as unknown as Json);
  return { document, oid, content, sha256: new Uint8Array(createHash('sha256').update(content).digest()) };
}

/**
 * Records an edition as the next version when its text differs from that of the newest; with its audit record and its entry in the public
 * log. Of several processes that find the same change, one records it. Resolves to the version in force.
 */
export async function recordEdition(core: PkiCore, edition: PreparedEdition): Promise<PolicyVersionRow> {
  const { context } = core;
  const { document, sha256 } = edition;
  for (;;) {
    const row = await inTransaction(core, async (trx) => {
      const newest = await findNewestPolicy(trx, document);
      if (newest && toHex(newest.sha256) === toHex(sha256)) return newest;
      const version = (newest?.version ?? 0) + 1;
      const next = { ...edition, version, effective_at: context.clock.now() };
      // Somebody else took this number: what they recorded is looked at first.
      if (!(await insertPolicy(trx, next))) return undefined;
      const details = { version, sha256: toHex(sha256) };
      await context.audit.append(trx, {
        ...{ stream: 'pki', actor: 'system:pki', action: 'pki.policy_version' },
        object: `policy:${document}`,
        details,
      });
      await context.log.append(trx, {
        type: 'pki.policy',
        data: utf8Encode(canonicalJson({ document, ...details })),
      });
      return next;
    });
    if (row) return row;
  }
}
