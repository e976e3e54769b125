import { MOST_OPEN_OF_KIND } from '../../model/alert.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import type { AlertRules, Condition } from '../condition.ts';

/**
 * The conditions of one kind that accounts may have at once, the worst of each account first; and what is watched,
 * because its alert would resolve when others are worse.
 */
export function worstOfAccounts(
  conditions: readonly Condition[],
  { watched }: Pick<AlertRules, 'watched'>,
): Condition[] {
  const [first] = conditions;
  if (first === undefined) return [];
  const sign = ALERT_TRAITS[first.kind].below ? 1 : -1;
  const kept = new Set(watched(first.kind).map(keyOf));
  const counts = new Map<number, number>();
  return [...conditions]
    .sort((one, other) => sign * (one.value - other.value))
    .filter((condition) => {
      const count = (counts.get(condition.accountId) ?? 0) + 1;
      counts.set(condition.accountId, count);
      return count <= MOST_OPEN_OF_KIND || kept.has(keyOf(condition));
    });
}

const keyOf = ({ accountId, subject }: Pick<Condition, 'accountId' | 'subject'>) =>
  `${accountId} ${subject}`;
