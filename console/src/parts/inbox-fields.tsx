import type { InboxDraft } from '../model/inbox-draft.ts';
import { INBOX_SCHEMES } from '../model/inbox-schemes.ts';
import { FormField } from './form-field.tsx';

/** What an inbox verifies, and what it publishes. */
export function InboxFields({
  draft,
  isNew,
  problems,
  onChange,
}: {
  draft: InboxDraft;
  isNew: boolean;
  /** By the names of the API. */
  problems: ReadonlyMap<string, string>;
  onChange: (draft: InboxDraft) => void;
}) {
  const set = (field: keyof InboxDraft) => (value: string) =>
    onChange({ ...draft, [field]: value });
  return (
    <div class="form">
      <FormField
        label="Name"
        required
        value={draft.name}
        problem={problems.get('name')}
        onChange={set('name')}
      />
      <FormField
        label="Signed by"
        kind={Object.entries(INBOX_SCHEMES).map(([value, [name]]) => [value, name] as const)}
        hint={INBOX_SCHEMES[draft.scheme]?.[1]}
        value={draft.scheme}
        problem={problems.get('scheme')}
        onChange={set('scheme')}
      />
      {draft.scheme !== 'none' && (
        <FormField
          label="Secrets"
          kind="lines"
          hint={`What the sender signs with, one a line, at most 10; any of them is valid. Never shown again.${
            isNew ? '' : ' Empty: the stored ones stay; otherwise these replace them all.'
          }`}
          value={draft.secrets}
          problem={problems.get('secrets')}
          onChange={set('secrets')}
        />
      )}
      <div class="two">
        <FormField
          label="Event type"
          hint="Of a request without one of its own, such as zendesk.ticket"
          value={draft.defaultType}
          problem={problems.get('default_type')}
          onChange={set('defaultType')}
        />
        <FormField
          label="Header with the event type"
          hint="Optional: where the body has no type"
          value={draft.typeHeader}
          problem={problems.get('type_header')}
          onChange={set('typeHeader')}
        />
        {draft.scheme !== 'none' && (
          <FormField
            label="Tolerance"
            hint="How far the time of a request may be from now, such as 5 min"
            value={draft.tolerance}
            problem={problems.get('tolerance_seconds')}
            onChange={set('tolerance')}
          />
        )}
        {draft.scheme === 'none' && (
          <FormField
            label="Header with the id"
            hint="Optional: a request whose id came before is not published again"
            value={draft.idHeader}
            problem={problems.get('id_header')}
            onChange={set('idHeader')}
          />
        )}
      </div>
    </div>
  );
}
