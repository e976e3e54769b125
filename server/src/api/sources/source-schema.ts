import { type Static, Type } from 'typebox';
import { BODIES_POLICIES, GAP_REASONS, RESEND_SECRETS, SOURCE_ERRORS } from '../../model/source.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const Name = Type.String({
  minLength: 1,
  maxLength: 64,
  description:
    'What queries call it: `origin:NAME`. Letters, digits, `.`, `-` and `_`; not `local`, and no two of an account have the same.',
});

const RemoteId = Type.String({ minLength: 1, maxLength: 255 });

const Bodies = Type.Object(
  {
    policy: oneOf(BODIES_POLICIES, {
      description:
        'Of which invocations: `all`, `failures`, a `sample` of one in `every`, or `none`.',
    }),
    every: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000_000 })),
  },
  {
    ...CLOSED,
    description:
      'Which requests and answers are archived. Each costs a request of the budget: 60 a minute are the ceiling.',
  },
);

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 });

const Masking = Type.Object(
  {
    enabled: Type.Boolean({
      description:
        'Whether values are replaced before they are stored. Without it, headers that are called like secrets are sealed.',
    }),
    headers: Type.Array(Type.String(), {
      description: 'Headers, beside those that are called like secrets.',
    }),
    fields: Type.Array(Type.String(), {
      description: 'Members of JSON bodies and of forms, likewise.',
    }),
  },
  { ...CLOSED, description: 'What is masked before it is stored.' },
);

const BudgetShare = Type.Integer({
  minimum: 1,
  maximum: 100,
  description:
    'Per cent of the requests that the service allows; the rest is for others. Default 70.',
});

const KeepMonths = Type.Integer({
  minimum: 1,
  maximum: 1_200,
  description:
    'Months that its rows are kept; absent: as long as HOOKTRAIL_ARCHIVE_RETENTION_DAYS says, which is for ever by default.',
});

/** A source in answers. */
export const SourceView = Type.Object(
  {
    id: Id,
    name: Name,
    base_url: Type.String(),
    credentials: Type.Object(
      { type: oneOf(['api_token', 'access_token']), email: Type.Optional(Type.String()) },
      CLOSED,
    ),
    webhooks: Type.Optional(
      Type.Array(Type.String(), {
        description: 'The ids, at the service, of the webhooks that are archived; absent: all.',
      }),
    ),
    bodies: Bodies,
    budget_share: BudgetShare,
    keep_months: Type.Optional(KeepMonths),
    masking: Masking,
    resend_secrets: oneOf(RESEND_SECRETS, {
      description: 'Where the secrets come from that resent requests are signed with.',
    }),
    state: oneOf(['polling', 'failing', 'paused'], {
      description: '`failing`: the last request failed, see `error`.',
    }),
    created_at: Time,
    updated_at: Type.Optional(Time),
    paused_at: Type.Optional(Time),
    last_poll_at: Type.Optional({ ...Time, description: 'When a log was read up to then, last.' }),
    complete_until: Type.Optional({
      ...Time,
      description:
        'Everything that finished until then is archived, of all its webhooks, except gaps. Absent before each log was read once.',
    }),
    lag_seconds: Type.Optional(Type.Integer({ description: 'How long ago that is.' })),
    webhooks_count: Type.Integer(),
    webhooks_gone: Type.Integer({ description: 'Archived ones that the service has no longer.' }),
    webhooks_unread: Type.Integer({ description: 'Those whose log was not read to its end yet.' }),
    archived: Type.Object(
      {
        rows: Type.Integer({ description: 'Outcomes, each once.' }),
        invocations: Type.Integer(),
        late_rows: Type.Integer({ description: 'Listed after newer ones.' }),
        bodies: Type.Integer({ description: 'Invocations whose requests are archived.' }),
      },
      { ...CLOSED, description: 'So far. What a retention removed is counted too.' },
    ),
    bodies_missing: Type.Object(
      {
        count: Type.Integer({ description: 'Invocations whose bodies are to be fetched.' }),
        failures: Type.Integer({ description: 'Those of them that failed: they go first.' }),
        lost: Type.Integer({ description: 'Not fetched before the service forgot them.' }),
        first_lost_at: Type.Optional({
          ...Time,
          description: 'When the next of them will be lost.',
        }),
      },
      CLOSED,
    ),
    requests_per_minute: Type.Integer(),
    rate_limit: Type.Optional(
      Type.Integer({ description: 'Requests a minute that the service allows, as it says.' }),
    ),
    clock_off_ms: Type.Optional(
      Type.Integer({ description: 'How far the clock of the service is ahead.' }),
    ),
    waits_until: Type.Optional({
      ...Time,
      description:
        'The service asked to wait until then: no request goes out before, also for a poll now.',
    }),
    error: Type.Optional(
      Type.Object(
        { code: oneOf(SOURCE_ERRORS), message: Type.String(), at: Time },
        {
          ...CLOSED,
          description:
            'Why the last request failed; `limit`: webhooks are left out, and the others are polled.',
        },
      ),
    ),
  },
  { ...CLOSED, $id: 'Source' },
);

const CredentialsInput = Type.Object(
  {
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 255 })),
    api_token: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
    access_token: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
  },
  { ...CLOSED, description: '`email` and `api_token`, or an `access_token`.' },
);

const INPUT = {
  subdomain: Type.Optional(
    Type.String({ description: 'The `acme` of `acme.zendesk.com`. Not together with `base_url`.' }),
  ),
  base_url: Type.Optional(Type.String({ maxLength: 2_048 })),
  bodies: Type.Optional(Bodies),
  budget_share: Type.Optional(BudgetShare),
  masking: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(Type.Boolean()),
        headers: Type.Optional(Names),
        fields: Type.Optional(Names),
      },
      CLOSED,
    ),
  ),
  resend_secrets: Type.Optional(
    Type.Union(
      [
        oneOf(['none', 'read']),
        Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 1_000 }), {
          maxProperties: 1_000,
        }),
      ],
      {
        description:
          '`none`; `read`: read from the service, and sealed; or the secrets by the ids of webhooks at the service. Default `none`.',
      },
    ),
  ),
};

const WebhookIds = Type.Array(RemoteId, { minItems: 1, maxItems: 1_000, uniqueItems: true });

/** The body of create. */
export const SourceInput = Type.Object(
  {
    source: Type.Object(
      {
        name: Name,
        credentials: CredentialsInput,
        ...INPUT,
        webhooks: Type.Optional(WebhookIds),
        keep_months: Type.Optional(KeepMonths),
      },
      { ...CLOSED, title: 'SourceInput' },
    ),
    dry_run: Type.Optional(
      Type.Boolean({
        description: 'Tries the credentials, says what they may read, and creates nothing.',
      }),
    ),
  },
  CLOSED,
);

/** The body of change: what is omitted stays, and null goes back to the default. */
export const SourcePatch = Type.Object(
  {
    source: Type.Object(
      {
        name: Type.Optional(Name),
        credentials: Type.Optional(CredentialsInput),
        ...INPUT,
        webhooks: Type.Optional(nullable(WebhookIds)),
        keep_months: Type.Optional(nullable(KeepMonths)),
      },
      { ...CLOSED, title: 'SourcePatch' },
    ),
  },
  CLOSED,
);

const Access = Type.Object(
  {
    webhooks: Type.Boolean(),
    invocations: Type.Optional(Type.Boolean()),
    signing_secrets: Type.Optional(Type.Boolean()),
    rate_limit: Type.Optional(Type.Integer({ description: 'Requests a minute.' })),
    explanation: Type.String(),
  },
  {
    ...CLOSED,
    description:
      'What the credentials may read, as the service said just now. Absent: there was no webhook to try it with, or nobody asked for it.',
  },
);

/** A created source, and a changed one whose credentials were tried. */
export const CheckedSource = Type.Object(
  { source: ref(SourceView), access: Type.Optional(Access) },
  { ...CLOSED, description: 'The source, and what its credentials may read.' },
);

/** What the credentials of a source that is not created may read. */
export const SourceCheck = Type.Object(
  { access: Access },
  { ...CLOSED, description: 'A dry run: what the credentials may read. Nothing is created.' },
);

/** One source. */
export const SourceBody = Type.Object(
  { source: ref(SourceView) },
  { ...CLOSED, description: 'The source.' },
);

/** All sources. */
export const SourceList = Type.Object(
  { sources: Type.Array(ref(SourceView)) },
  { ...CLOSED, description: 'All sources of the account, oldest first.' },
);

/** Path parameters of one source. A malformed id is 404, like an unknown one. */
export const SourceParams = Type.Object({
  id: Type.String({ description: 'The id of a source.' }),
});

/** A gap of the archive in answers. */
export const ArchiveGap = Type.Object(
  {
    id: Id,
    source: Type.String({ description: 'The name of the source.' }),
    webhook: Type.Object({ id: Id, name: Type.String() }, CLOSED),
    from: Time,
    to: Time,
    reason: oneOf(GAP_REASONS, {
      description:
        '`outage`: nothing was read for longer than the service keeps its log; `log erased`: the service does not list any more what it listed; `webhook gone`: it was deleted before its log was read.',
    }),
    found_at: Time,
  },
  { ...CLOSED, $id: 'ArchiveGap', description: 'It is unknown what finished in this span.' },
);

/** The query parameters of the list of gaps. */
export const GapParameters = Type.Object({ ...pageParameters });

/** A page of gaps. */
export const GapList = Type.Object(
  { gaps: Type.Array(ref(ArchiveGap)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of gaps, the one found last first.' },
);

/** A value that passed the schema of the same name. */
export type SourceView = Static<typeof SourceView>;
/** A value that passed the schema of the same name. */
export type SourceInput = Static<typeof SourceInput>['source'];
/** A value that passed the schema of the same name. */
export type SourcePatch = Static<typeof SourcePatch>['source'];
/** A value that passed the schema of the same name. */
export type ArchiveGap = Static<typeof ArchiveGap>;
