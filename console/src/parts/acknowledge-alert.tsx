import type { Alert } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { Confirm } from './confirm.tsx';

/** The node takes no longer one. */
const MOST_NOTE = 500;

/** Says that somebody looks after an alert, with a note for others. */
export function AcknowledgeAlert({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const [note, setNote] = useState('');
  return (
    <Confirm
      title="Acknowledge the alert"
      act="Acknowledge 1 alert"
      onAct={async () => {
        await hooktrail.alerts.acknowledge(alert.id, { note: note.trim() || undefined });
        toast.value = { text: 'The alert is acknowledged.' };
        await cache.invalidateQueries({ queryKey: ['alert', alert.id] });
        await cache.invalidateQueries({ queryKey: ['alerts'] });
      }}
      onClose={onClose}
    >
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
