import { CodedError, type LocalizedText } from '@tra/kernel';
import type { Licensing } from '../context.ts';
import { SYSTEM_ACCOUNT } from './issue.ts';

function words(licensing: Licensing, key: string): LocalizedText {
  const say = (language: 'th' | 'en') => licensing.messages.translate(key, language);
  return { th: say('th'), en: say('en') };
}

/** Names of accounts, each looked up once; the platform's own and those that are gone have words of their own. */
export async function namesOf(
  licensing: Licensing,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, LocalizedText>> {
  const names = new Map<string, LocalizedText>();
  for (const id of new Set(accountIds)) {
    if (id === SYSTEM_ACCOUNT) names.set(id, words(licensing, 'licensing.actor.system'));
    else names.set(id, (await lookUp(licensing, id)) ?? words(licensing, 'licensing.actor.unknown'));
  }
  return names;
}

async function lookUp(licensing: Licensing, id: string): Promise<LocalizedText | undefined> {
  try {
    return await licensing.ports.accounts.displayName(id);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
