import type { LocalizedText } from '@tra/kernel';
import type { ServiceDefinition } from './definition.ts';
import { CasesError } from './errors.ts';
import type { FormData } from './form.ts';
import { evaluate } from './logic.ts';

/** A fee of one case, in satang. */
export interface Fee {
  readonly code: string;
  readonly label: LocalizedText;
  readonly amount: number;
  readonly currency: 'THB';
}

/**
 * The fees for these answers; a fee of nothing is left out. Throws CasesError `cases.definition_invalid` when the definition works
 * out anything but a whole, non-negative number of satang.
 */
export function computeFees(definition: ServiceDefinition, data: FormData): Fee[] {
  const fees = definition.fees.map(({ code, label, amount, currency }) => {
    const value = evaluate(amount, data);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new CasesError('cases.definition_invalid', { params: { fee: code } });
    }
    return { code, label, amount: value, currency };
  });
  return fees.filter((fee) => fee.amount > 0);
}
