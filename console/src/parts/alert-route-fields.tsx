import type { AlertRoute } from '@hooktrail/sdk/hooktrail';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import type { AlertRouteDraft } from '../model/alert-route-draft.ts';
import { hasUrl } from '../model/has-url.ts';
import { ROUTE_KINDS } from '../model/route-kinds.ts';
import { CheckList } from './check-list.tsx';
import { FormField } from './form-field.tsx';
import { WebhookChoice } from './webhook-choice.tsx';

/** Where notices go, and which. */
export function AlertRouteFields({
  draft,
  route,
  problems,
  onChange,
}: {
  draft: AlertRouteDraft;
  /** The one that is changed; undefined: a new one. */
  route?: AlertRoute;
  /** By the names of the API. */
  problems: ReadonlyMap<string, string>;
  onChange: (draft: AlertRouteDraft) => void;
}) {
  const set = (field: keyof AlertRouteDraft) => (value: string) =>
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
      {route === undefined && (
        <FormField
          label="To"
          kind={Object.entries(ROUTE_KINDS).map(([value, [name]]) => [value, name] as const)}
          hint={ROUTE_KINDS[draft.kind]?.[1]}
          value={draft.kind}
          problem={problems.get('kind')}
          onChange={set('kind')}
        />
      )}
      {hasUrl(draft.kind) && (
        <FormField
          label="URL"
          hint={
            route === undefined
              ? 'Tokens of role read see only its host'
              : `Empty: the stored one stays, ${route.url}`
          }
          required={route === undefined}
          value={draft.url}
          problem={problems.get('url')}
          onChange={set('url')}
        />
      )}
      {draft.kind === 'alertmanager' && (
        <FormField
          label="Bearer token"
          kind="secret"
          hint={`Optional, and never shown again.${route === undefined || draft.removesToken ? '' : ' Empty: a stored one stays.'}`}
          value={draft.bearerToken}
          problem={problems.get('bearer_token')}
          onChange={(bearerToken) => onChange({ ...draft, bearerToken, removesToken: false })}
        />
      )}
      {draft.kind === 'alertmanager' && route !== undefined && (
        <label class="row">
          <input
            type="checkbox"
            checked={draft.removesToken}
            onChange={({ currentTarget: { checked } }) =>
              onChange({ ...draft, removesToken: checked, bearerToken: '' })
            }
          />
          Remove the stored bearer token, if there is one
        </label>
      )}
      {draft.kind === 'email' && (
        <FormField
          label="Addresses"
          kind="lines"
          hint="One a line"
          value={draft.addresses}
          problem={problems.get('addresses')}
          onChange={set('addresses')}
        />
      )}
      {draft.kind === 'webhook' && (
        <WebhookChoice
          label="Webhook"
          hint={problems.get('webhook_id') ?? 'Alerts about this webhook itself are not sent to it'}
          none="choose one"
          value={draft.webhookId}
          onChange={set('webhookId')}
        />
      )}
      <div class="two">
        <FormField
          label="Severity"
          kind={[
            ['warning', 'warnings and critical alerts'],
            ['critical', 'only critical alerts'],
          ]}
          value={draft.minimumSeverity}
          problem={problems.get('minimum_severity')}
          onChange={set('minimumSeverity')}
        />
        <FormField
          label="Route"
          kind={[
            ['on', 'enabled'],
            ['off', 'disabled: nothing is sent'],
          ]}
          value={draft.enabled}
          problem={problems.get('enabled')}
          onChange={set('enabled')}
        />
      </div>
      <CheckList
        label="Only of these kinds"
        hint="None chosen: of all kinds, also those of later versions"
        options={Object.entries(ALERT_KINDS).map(([kind, { name }]) => [kind, name] as const)}
        values={draft.kinds}
        problem={problems.get('kinds')}
        onChange={(kinds) => onChange({ ...draft, kinds })}
      />
    </div>
  );
}
