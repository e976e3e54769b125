import { useFirstAnswer } from '../data/use-first-answer.ts';
import { OPEN_ALERTS_SHOWN, useOpenAlerts } from '../data/use-open-alerts.ts';

/** How many alerts are open, beside their link in the navigation; nothing while there are none. */
export function AlertCount() {
  const { items = [], hasMore = false } = useOpenAlerts(useFirstAnswer()).data ?? {};
  if (items.length === 0) return null;
  const isCritical = items.some(({ severity }) => severity !== 'warning');
  return (
    <>
      {' '}
      <span class={`count ${isCritical ? 'bad' : 'hold'}`}>
        {hasMore ? `${OPEN_ALERTS_SHOWN}+` : items.length}
        <span class="sr"> open</span>
      </span>
    </>
  );
}
