import type { Account } from '../../model/account.ts';
import { type KeyTerm, keyName } from '../../query/key-terms.ts';
import { UnservedField } from '../../query/unserved-field.ts';

/**
 * @throws UnservedField for a term that is not about a declared key, and for terms of which none says what
 * an event has.
 */
export function checkKeyTerms(account: Account, terms: readonly KeyTerm[]): void {
  const declared = account.keys.map(({ name }) => name);
  for (const term of terms) {
    const name = keyName(term);
    if (declared.includes(name)) continue;
    const known = declared.length === 0 ? 'there is none' : `the keys are ${declared.join(', ')}`;
    const where =
      term.field === 'json' ? '; a word in q of GET /v1/search finds the value too' : '';
    throw new UnservedField(
      term.field,
      `"${name.slice(0, 100)}" is no key of this account: ${known}; declare it with PUT /v1/account/keys, for events from then on${where}`,
    );
  }
  const [first] = terms;
  if (first !== undefined && terms.every(({ not }) => not === true)) {
    throw new UnservedField(
      first.field,
      `an excluded value of a key needs another term about a key that is not excluded: no index lists the events without a value`,
    );
  }
}
