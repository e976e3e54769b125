import type { ExportDraft } from '../model/export-draft.ts';
import { ReasonField } from './reason-field.tsx';

/** What a row of each kind is. */
const KINDS: Readonly<Record<ExportDraft['of'], readonly [name: string, meaning: string]>> = {
  invocations: ['invocations', 'One row for each invocation, without bodies'],
  attempts: ['attempts', 'One row for each request that was made, with its answer'],
  events: ['events', 'One row for each event, as it was published'],
};

const FORMATS = {
  ndjson: ['NDJSON', 'A line is a row of the API, with every text as it is'],
  csv: ['CSV', 'For spreadsheets: no cell can run as a formula'],
} as const;

/** What an export has, and in which form. */
export function ExportFields({
  kinds,
  draft,
  onChange,
}: {
  /** What the query can select. */
  kinds: readonly ExportDraft['of'][];
  draft: ExportDraft;
  onChange: (draft: ExportDraft) => void;
}) {
  const set = (fields: Partial<ExportDraft>) => onChange({ ...draft, ...fields });
  return (
    <div class="form">
      <div class="two">
        <label class="field">
          <span>Rows</span>
          <select
            class="input"
            value={draft.of}
            onChange={(event) => set({ of: event.currentTarget.value as ExportDraft['of'] })}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {KINDS[kind][0]}
              </option>
            ))}
          </select>
          <small>{KINDS[draft.of][1]}</small>
        </label>
        <label class="field">
          <span>Format</span>
          <select
            class="input"
            value={draft.format}
            onChange={(event) =>
              set({ format: event.currentTarget.value as ExportDraft['format'] })
            }
          >
            {Object.entries(FORMATS).map(([format, [name]]) => (
              <option key={format} value={format}>
                {name}
              </option>
            ))}
          </select>
          <small>{FORMATS[draft.format][1]}</small>
        </label>
        <label class="field">
          <span>Secrets</span>
          <select
            class="input"
            value={draft.role}
            onChange={(event) => set({ role: event.currentTarget.value as ExportDraft['role'] })}
          >
            <option value="admin">as admins see them</option>
            <option value="read">masked, as role read sees them</option>
          </select>
          <small>
            {draft.of === 'attempts' && draft.role === 'admin'
              ? 'Only admins may download the files'
              : 'Tokens of role read may download the files too'}
          </small>
        </label>
        <ReasonField value={draft.reason} onChange={(reason) => set({ reason })} />
      </div>
      {draft.of !== 'invocations' && (
        <label class="row">
          <input
            type="checkbox"
            checked={draft.bodies}
            onChange={(event) => set({ bodies: event.currentTarget.checked })}
          />
          {draft.of === 'attempts'
            ? 'With the bodies of requests and answers'
            : 'With the bodies of events'}
        </label>
      )}
    </div>
  );
}
