import type { ReplayDraft } from '../model/replay-draft.ts';

type TextField = Exclude<keyof ReplayDraft, 'includeSucceeded'>;

const FIELDS: readonly (readonly [name: TextField, label: string, hint: string])[] = [
  ['rate', 'Rate', 'Attempts a second of each webhook; 20 if empty'],
  ['canaryCount', 'Canary: send first', 'Then wait for their outcomes'],
  ['canaryPercent', 'Canary: least successes, %', 'Below this the job stops'],
  ['stopPercent', 'Stop: failures, %', 'From this share on the job stops'],
  ['stopOfLast', 'Stop: of the last', 'Attempts that the share is of'],
];

/** How a job replays; all of it may stay empty. Fields take effect when they are left. */
export function ReplayFields({
  draft,
  onChange,
}: {
  draft: ReplayDraft;
  onChange: (draft: ReplayDraft) => void;
}) {
  const set = (fields: Partial<ReplayDraft>) => onChange({ ...draft, ...fields });
  return (
    <div class="form">
      <div class="two">
        {FIELDS.map(([name, label, hint]) => (
          <label key={name} class="field">
            <span>{label}</span>
            <input
              class="input"
              inputMode="decimal"
              autoComplete="off"
              placeholder="optional"
              value={draft[name]}
              onChange={(event) => set({ [name]: event.currentTarget.value })}
            />
            <small>{hint}</small>
          </label>
        ))}
      </div>
      <label class="field">
        <span>Reason</span>
        <input
          class="input"
          maxLength={500}
          autoComplete="off"
          placeholder="optional: for people and the audit"
          value={draft.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      </label>
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
