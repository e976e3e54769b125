import { useMemo } from 'preact/hooks';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import { alertName } from '../model/alert-name.ts';
import { Confirm } from './confirm.tsx';
import { FormField } from './form-field.tsx';
import { RestoredNotice } from './restored-notice.tsx';
import { WebhookChoice } from './webhook-choice.tsx';

const HOUR_MS = 3_600_000;

/** For how long, in milliseconds; undefined: for ever. */
const SPANS = [
  ['hour', 'for an hour', HOUR_MS],
  ['day', 'for a day', 24 * HOUR_MS],
  ['week', 'for a week', 7 * 24 * HOUR_MS],
  ['ever', 'for ever, until somebody ends it', undefined],
] as const;

/** Mutes a kind of alerts, a webhook, or a kind of one webhook. */
export function MuteDialog({
  kind: first,
  webhook,
  onMuted,
  onClose,
}: {
  /** The kind of the alert that is looked at. */
  kind?: string;
  /** Its webhook. */
  webhook?: { readonly id: string; readonly name: string };
  onMuted: () => Promise<void>;
  onClose: () => void;
}) {
  const start = useMemo(
    () => ({ kind: first ?? '', webhookId: webhook?.id ?? '', span: 'hour' }),
    [],
  );
  const [draft, setDraft, forget, isRestored] = useDraft(
    `mute-${start.kind}-${start.webhookId}`,
    start,
    { restore: (kept) => ({ ...start, ...(kept as Partial<typeof start>) }) },
  );
  const { kind, span, webhookId } = draft;
  const set = (field: keyof typeof start) => (value: string) =>
    setDraft({ ...draft, [field]: value });
  const ofWebhooks = kind === '' || ALERT_KINDS[kind]?.ofWebhooks === true;
  const kinds = first === undefined ? Object.keys(ALERT_KINDS) : [first];
  const forMs = SPANS.find(([each]) => each === span)?.[2];
  return (
    <Confirm
      title="Mute alerts"
      act="Mute them"
      onAct={async () => {
        const isOfOne = ofWebhooks && webhookId !== '';
        if (kind === '' && !isOfOne) throw new Error('Choose a kind, a webhook or both.');
        await hooktrail.alertMutes.create({
          kind: kind || undefined,
          webhookId: isOfOne ? webhookId : undefined,
          until: forMs === undefined ? undefined : new Date(Date.now() + forMs),
        });
        forget();
        toast.value = { text: 'They are muted.' };
        await onMuted();
      }}
      onCancel={forget}
      onClose={onClose}
    >
      {isRestored && <RestoredNotice onDiscard={forget} />}
      <p>
        Muted alerts still open and resolve, here and in the list; no route is notified of what
        opens meanwhile.
      </p>
      <div class="form">
        <FormField
          label="Kind"
          kind={[['', 'all kinds'], ...kinds.map((each) => [each, alertName(each)] as const)]}
          value={kind}
          onChange={set('kind')}
        />
        {ofWebhooks &&
          (webhook ? (
            <FormField
              label="Webhook"
              kind={[
                [webhook.id, webhook.name],
                ['', 'all webhooks'],
              ]}
              value={webhookId}
              onChange={set('webhookId')}
            />
          ) : (
            <WebhookChoice
              label="Webhook"
              none="all webhooks"
              value={webhookId}
              onChange={set('webhookId')}
            />
          ))}
        <FormField
          label="For how long"
          kind={SPANS.map(([each, words]) => [each, words] as const)}
          value={span}
          onChange={set('span')}
        />
      </div>
    </Confirm>
  );
}
