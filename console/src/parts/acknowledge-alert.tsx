import type { Alert } from '@hooktrail/sdk/hooktrail';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { Confirm } from './confirm.tsx';
import { RestoredNotice } from './restored-notice.tsx';

/** The node takes no longer one. */
const MOST_NOTE = 500;

/** Says that somebody looks after an alert, with a note for others. */
export function AcknowledgeAlert({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const [note, setNote, forget, isRestored] = useDraft(`acknowledge-${alert.id}`, '');
  return (
    <Confirm
      title="Acknowledge the alert"
      act="Acknowledge 1 alert"
      onAct={async () => {
        await hooktrail.alerts.acknowledge(alert.id, { note: note.trim() || undefined });
        forget();
        toast.value = { text: 'The alert is acknowledged.' };
        await cache.invalidateQueries({ queryKey: ['alert', alert.id] });
        await cache.invalidateQueries({ queryKey: ['alerts'] });
      }}
      onCancel={forget}
      onClose={onClose}
    >
      {isRestored && <RestoredNotice onDiscard={forget} />}
      <p>
        Everybody in the account sees that you look after it.{' '}
        {alert.kind === 'gap'
          ? 'An alert of gaps is resolved by it.'
          : 'It stays open until what is wrong has ended.'}
      </p>
      <label class="field">
        <span>Note</span>
        <textarea
          class="input"
          rows={2}
          maxLength={MOST_NOTE}
          placeholder="optional: what others should know"
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
    </Confirm>
  );
}
