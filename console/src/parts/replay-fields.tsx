import type { ReplayDraft } from '../model/replay-draft.ts';
import type { Sending } from '../model/sending.ts';
import { ReasonField } from './reason-field.tsx';
import { WebhookChoice } from './webhook-choice.tsx';

type TextField = Exclude<keyof ReplayDraft, 'includeSucceeded' | 'order'>;

const FIELDS: readonly (readonly [name: TextField, label: string, hint: string])[] = [
  ['rate', 'Rate', 'Attempts a second of each webhook; 20 if empty'],
  ['canaryCount', 'Canary: send first', 'Then wait for their outcomes'],
  ['canaryPercent', 'Canary: least successes, %', 'Below this the job stops'],
  ['stopPercent', 'Stop: failures, %', 'From this share on the job stops'],
  ['stopOfLast', 'Stop: of the last', 'Attempts that the share is of'],
  ['max', 'At most', 'Invocations; all that match if empty'],
];

/** How a job replays; all of it may stay empty. Fields with a number take effect when they are left. */
export function ReplayFields({
  kind,
  draft,
  onWrite,
  onChange,
}: {
  kind: Sending;
  draft: ReplayDraft;
  /** What is written in a field that was not left yet. */
  onWrite: (draft: ReplayDraft) => void;
  onChange: (draft: ReplayDraft) => void;
}) {
  const set = (fields: Partial<ReplayDraft>) => onChange({ ...draft, ...fields });
  return (
    <div class="form">
      <div class="two">
        <WebhookChoice
          label="Send to"
          hint={
            kind === 'replay'
              ? 'Another webhook gets them as new invocations, one attempt each'
              : 'A webhook of ours gets them instead, signed with its secret'
          }
          none={kind === 'replay' ? 'the webhook of each' : 'the endpoint of each'}
          may={({ status }) => status === 'active'}
          value={draft.target}
          onChange={(target) => set({ target })}
        />
        <label class="field">
          <span>Order</span>
          <select
            class="input"
            value={draft.order}
            onChange={(event) => set({ order: event.currentTarget.value as ReplayDraft['order'] })}
          >
            <option value="oldest">oldest first</option>
            <option value="newest">newest first</option>
          </select>
          <small>Of each webhook, by creation</small>
        </label>
        {FIELDS.map(([name, label, hint]) => (
          <label key={name} class="field">
            <span>{label}</span>
            <input
              class="input"
              inputMode="decimal"
              autoComplete="off"
              placeholder="optional"
              value={draft[name]}
              onInput={(event) => onWrite({ ...draft, [name]: event.currentTarget.value })}
              onChange={(event) => set({ [name]: event.currentTarget.value })}
            />
            <small>{hint}</small>
          </label>
        ))}
      </div>
      <ReasonField value={draft.reason} onChange={(reason) => set({ reason })} />
      <label class="row">
        <input
          type="checkbox"
          checked={draft.includeSucceeded}
          onChange={(event) => set({ includeSucceeded: event.currentTarget.checked })}
        />
        Send also what was delivered
      </label>
    </div>
  );
}
