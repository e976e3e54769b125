import { MOST_WEBHOOKS, useWebhooks } from '../data/use-webhooks.ts';
import { atLeast } from '../model/at-least.ts';
import { PROFILE_EFFECTS } from '../model/profile-effects.ts';
import { Confirm } from './confirm.tsx';
import { WaitingNow } from './waiting-now.tsx';

/** Asks before the account gets another profile: says how many webhooks that is for, and what it changes. */
export function ChangeProfile({
  from,
  to,
  onAct,
  onClose,
}: {
  from: string;
  to: string;
  onAct: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { data, error } = useWebhooks();
  const count = data?.length ?? 0;
  const words =
    data === undefined
      ? 'all webhooks'
      : `${atLeast({ count, more: count >= MOST_WEBHOOKS })} ${count === 1 ? 'webhook' : 'webhooks'}`;
  return (
    <Confirm
      title={`Change the profile from ${from} to ${to}`}
      act={data === undefined && !error ? 'Counting' : `Apply ${to} to ${words}`}
      danger
      onAct={onAct}
      onClose={onClose}
    >
      <p>
        From the next attempt on, {to} decides for {words} of the account, except where a webhook
        has a rule of its own:
      </p>
      <ul>
        {PROFILE_EFFECTS[to]?.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      <WaitingNow fate={`each keeps its time; ${to} decides what follows.`} />
    </Confirm>
  );
}
