import type { Webhook } from '@hooktrail/sdk';
import { useState } from 'preact/hooks';
import { useFoundWebhooks } from '../data/use-found-webhooks.ts';
import { MOST_NAMED } from '../data/use-named-webhooks.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { MOST_WEBHOOKS } from '../data/use-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { Failure } from './failure.tsx';

/** Chooses a webhook. Where the account has more than a list can offer, a part of its name finds any. */
export function WebhookChoice({
  label,
  hint,
  none,
  may = () => true,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  /** What it means to choose none. */
  none: string;
  /** Whether a webhook may be chosen. */
  may?: (webhook: Webhook) => boolean;
  /** The id of the chosen one; empty: none. */
  value: string;
  onChange: (id: string) => void;
}) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Webhook>();
  const { isCut, loaded, named, newest } = useFoundWebhooks(text);
  const wanted = text.trim().toLowerCase();
  const found = loaded.filter(
    (webhook) => may(webhook) && webhook.name.toLowerCase().includes(wanted),
  );
  const isOffered = found.some(({ id }) => id === value);
  // It was chosen before this was shown: by a form that was restored, or one of something that exists.
  const isOlder = !isOffered && newest.isSuccess && chosen?.id !== value;
  const { data: older } = useWebhook(isOlder ? value : undefined);
  // The chosen one stays, whatever is looked for afterwards.
  const apart = [chosen, older].find((webhook) => webhook?.id === value);
  const offered = !isOffered && apart ? [apart, ...found] : found;
  const isLooking = named.isFetching && wanted !== '';
  return (
    <>
      {isCut && (
        <label class="field">
          <span>Part of the webhook's name</span>
          <input
            class="input"
            type="search"
            autoComplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <small role="status">
            {wanted === ''
              ? `The newest ${formatCount(MOST_WEBHOOKS)} are offered; this finds any other`
              : isLooking
                ? 'Looking for it'
                : (named.data?.length ?? 0) >= MOST_NAMED
                  ? `More than ${MOST_NAMED} names have that in them: enter more of it`
                  : `${formatCount(found.length)} found`}
          </small>
        </label>
      )}
      <label class="field">
        <span>{label}</span>
        <select
          class="input"
          value={value}
          onChange={(event) => {
            const { value: id } = event.currentTarget;
            setChosen(offered.find((webhook) => webhook.id === id));
            onChange(id);
          }}
        >
          <option value="">{none}</option>
          {offered.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {hint !== undefined && <small>{hint}</small>}
      </label>
      {(newest.error ?? named.error) && (
        <Failure
          what="The webhooks"
          error={newest.error ?? named.error}
          onRetry={() => void (newest.error ? newest.refetch() : named.refetch())}
        />
      )}
    </>
  );
}
