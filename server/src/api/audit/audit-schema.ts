import { type Static, Type } from 'typebox';
import { PERMISSIONS } from '../callers/permissions.ts';
import { accountParameter } from '../schema/account-parameter.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { rangeParameters } from '../schema/range-parameters.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** Changes that Hooktrail makes without a request. */
const AUTOMATIC = ['deactivateWebhook', 'expireInvocations'] as const;

/** The operations that write audit rows: all but those that read, test or publish. */
const CHANGES: readonly string[] = [
  ...Object.keys(PERMISSIONS).filter((name) => !/^(list|show|test|publish|invoke)[A-Z]/.test(name)),
  ...AUTOMATIC,
];

/** The query parameters of the audit list. */
export const AuditParameters = Type.Object({
  ...rangeParameters('time'),
  'filter[operation]': Type.Optional(oneOf(CHANGES)),
  ...accountParameter,
  ...pageParameters,
});

/** One change. */
export const AuditEntryView = Type.Object(
  {
    id: Id,
    created_at: Time,
    operation: Type.String({
      description:
        'The `operationId`; or `deactivateWebhook` when Hooktrail switched a webhook to inactive after a 410, `expireInvocations` when it dropped invocations that still waited at the end of their retention.',
    }),
    by: oneOf(['token', 'operator', 'hooktrail'], {
      description:
        'Who made the change: a token of this account, an operator from another account, or Hooktrail.',
    }),
    token_id: Type.Optional(Id),
    method: Type.Optional(Type.String()),
    request_id: Type.Optional(Type.String()),
    address: Type.Optional(Type.String({ description: 'The client address of the request.' })),
    target: Type.Object(
      {
        type: oneOf([
          'account',
          'alert',
          'alert_mute',
          'alert_route',
          'alert_rule',
          'inbox',
          'invocation',
          'job',
          'source',
          'token',
          'view',
          'webhook',
        ]),
        id: Type.String(),
      },
      CLOSED,
    ),
    changes: Type.Array(
      Type.Object(
        {
          field: Type.String(),
          from: Type.Optional(Type.Unknown()),
          to: Type.Optional(Type.Unknown()),
        },
        CLOSED,
      ),
      { description: 'Secret fields appear without values; long values are truncated.' },
    ),
  },
  { ...CLOSED, $id: 'AuditEntry' },
);

/** A page of the audit. */
export const AuditList = Type.Object(
  { audit: Type.Array(ref(AuditEntryView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of the audit.' },
);

/** A value that passed the schema of the same name. */
export type AuditEntryView = Static<typeof AuditEntryView>;
