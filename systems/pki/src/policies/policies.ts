import { toHex } from '@tra/kernel';
import type { PkiCore } from '../core.ts';
import type { PkiPorts } from '../ports.ts';
import { loadPolicyContent, type PolicyContent } from './content.ts';
import { prepareEdition, recordEdition } from './edition.ts';
import { gatherFacts } from './facts.ts';
import { POLICY_DOCUMENTS } from './policy-oids.ts';
import { checkStatements } from './statements.ts';

/** Keeps the policy documents up to date. */
export interface PolicyKeeper {
  /** Records new versions where the text is another one than in the newest. Rejects with `pki.policy_statement_invalid`. */
  start(): Promise<void>;
  /** The same after something changed while the process ran, such as an authority that joined. */
  refresh(): Promise<void>;
}

/** Makes the keeper; reads the shipped files once. */
export function createPolicyKeeper(core: PkiCore, ports: Pick<PkiPorts, 'platform'>): PolicyKeeper {
  const { config, logger } = core.context;
  let content: PolicyContent | undefined;
  // What this process said last: while two releases run side by side, none of them takes back what the other recorded.
  const said = new Map<string, string>();
  const record = async (): Promise<void> => {
    content ??= loadPolicyContent();
    const facts = gatherFacts(core, await core.authorities.all(), ports.platform?.());
    for (const document of POLICY_DOCUMENTS) {
      const edition = prepareEdition(core, document, { content, facts });
      const hash = toHex(edition.sha256);
      if (said.get(document) === hash) continue;
      const { version } = await recordEdition(core, edition);
      said.set(document, hash);
      logger.info({ document, version }, 'policy document in force');
    }
  };
  return {
    start: async () => {
      content = loadPolicyContent();
      checkStatements(config.policyStatements, content.outline);
      await record();
    },
    refresh: record,
  };
}
