import type { SourceDraft } from '../model/source-draft.ts';
import { FormField } from './form-field.tsx';

const BODIES = [
  ['failures', 'those of failures'],
  ['all', 'all'],
  ['sample', 'a sample'],
  ['none', 'none'],
] as const;

/** What a source is, and what of it is archived. */
export function SourceFields({
  draft,
  isNew,
  problems,
  onChange,
}: {
  draft: SourceDraft;
  isNew: boolean;
  /** By the names of the API. */
  problems: ReadonlyMap<string, string>;
  onChange: (draft: SourceDraft) => void;
}) {
  const set =
    <Field extends keyof SourceDraft>(field: Field) =>
    (value: string) =>
      onChange({ ...draft, [field]: value });
  return (
    <div class="form">
      <FormField
        label="Name"
        hint={
          <>
            Queries call it <code>origin:{draft.name.trim() || 'acme'}</code>. Letters, digits,
            dots, hyphens and underscores.
          </>
        }
        required
        value={draft.name}
        problem={problems.get('name')}
        onChange={set('name')}
      />
      <div class="two">
        <FormField
          label="Account"
          kind={[
            ['zendesk', 'at Zendesk'],
            ['server', 'at another server'],
          ]}
          value={draft.at}
          onChange={set('at')}
        />
        {draft.at === 'zendesk' ? (
          <FormField
            label="Subdomain"
            hint="The acme of acme.zendesk.com"
            required
            placeholder="acme"
            value={draft.subdomain}
            problem={problems.get('subdomain')}
            onChange={set('subdomain')}
          />
        ) : (
          <FormField
            label="URL"
            hint="Of a server that speaks the API of Zendesk, such as a Hooktrail"
            required
            placeholder="https://hooks.example.com"
            value={draft.baseUrl}
            problem={problems.get('base_url')}
            onChange={set('baseUrl')}
          />
        )}
      </div>
      <div class="two">
        <FormField
          label="Credentials"
          kind={[
            ...(isNew ? [] : ([['keep', 'keep the stored ones']] as const)),
            ['api_token', 'e-mail address and API token'],
            ['access_token', 'access token'],
          ]}
          hint="Those of an administrator. They are sealed, and shown to nobody."
          value={draft.credentials}
          problem={problems.get('credentials')}
          onChange={set('credentials')}
        />
        {draft.credentials === 'api_token' && (
          <FormField
            label="E-mail address"
            required
            value={draft.email}
            problem={problems.get('credentials.email')}
            onChange={set('email')}
          />
        )}
        {draft.credentials !== 'keep' && (
          <FormField
            label={draft.credentials === 'api_token' ? 'API token' : 'Access token'}
            kind="secret"
            required
            value={draft.secret}
            problem={
              problems.get('credentials.api_token') ?? problems.get('credentials.access_token')
            }
            onChange={set('secret')}
          />
        )}
      </div>
      <FormField
        label="Webhooks"
        kind="lines"
        hint="Their ids at the service, one a line; none: all of them, at most 1,000"
        value={draft.webhooks}
        problem={problems.get('webhooks')}
        onChange={set('webhooks')}
      />
      <div class="two">
        <FormField
          label="Bodies"
          kind={BODIES}
          hint="Which requests and answers are kept. Each costs a request to the service."
          value={draft.bodies}
          problem={problems.get('bodies') ?? problems.get('bodies.policy')}
          onChange={set('bodies')}
        />
        {draft.bodies === 'sample' && (
          <FormField
            label="One in"
            hint="10: the bodies of every tenth invocation"
            value={draft.every}
            problem={problems.get('bodies.every')}
            onChange={set('every')}
          />
        )}
        <FormField
          label="Share of the requests, per cent"
          hint="Of what the service allows; the rest is for others"
          value={draft.budgetShare}
          problem={problems.get('budget_share')}
          onChange={set('budgetShare')}
        />
        <FormField
          label="Months to keep rows"
          hint="Empty: as long as the server keeps its archive"
          value={draft.keepMonths}
          problem={problems.get('keep_months')}
          onChange={set('keepMonths')}
        />
      </div>
      <FormField
        label="Masking"
        kind={[
          ['on', 'on: what is called like a secret is masked before it is stored'],
          ['off', 'off: bodies are stored as they are'],
        ]}
        hint="A masked request cannot be sent again as it was."
        value={draft.masking}
        problem={problems.get('masking')}
        onChange={set('masking')}
      />
      {draft.masking === 'on' && (
        <div class="two">
          <FormField
            label="Headers to mask too"
            kind="lines"
            hint="One a line"
            value={draft.maskedHeaders}
            problem={problems.get('masking.headers')}
            onChange={set('maskedHeaders')}
          />
          <FormField
            label="Fields to mask too"
            kind="lines"
            hint="Members of JSON bodies and of forms, one a line"
            value={draft.maskedFields}
            problem={problems.get('masking.fields')}
            onChange={set('maskedFields')}
          />
        </div>
      )}
      <FormField
        label="Secrets to resend with"
        kind={[
          ['none', 'none'],
          ['read', 'read from the account'],
          ...(draft.resend === 'keep' || !isNew
            ? ([['keep', 'keep the stored ones']] as const)
            : []),
          ['given', 'given here'],
        ]}
        hint="What is sent again is signed with the secret of its webhook."
        value={draft.resend}
        problem={problems.get('resend_secrets')}
        onChange={set('resend')}
      />
      {draft.resend === 'given' && (
        <FormField
          label="Signing secrets"
          kind="lines"
          hint="The id of the webhook at the service, a space and its secret, one a line"
          value={draft.resendSecrets}
          onChange={set('resendSecrets')}
        />
      )}
    </div>
  );
}
