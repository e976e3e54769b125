import { type Static, Type } from 'typebox';
import { accountParameter } from '../callers/account-id.ts';
import { PERMISSIONS } from '../callers/permissions.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { rangeParameters } from '../schema/range-parameters.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** What Hooktrail changes by itself. */
const AUTOMATIC = ['deactivateWebhook'] as const;

/** The operations that leave rows: those that do not just look, try or publish. */
const CHANGES: readonly string[] = [
  ...Object.keys(PERMISSIONS).filter((name) => !/^(list|show|test|publish|invoke)[A-Z]/.test(name)),
  ...AUTOMATIC,
];

/** The query parameters of the list. */
export const AuditParameters = Type.Object({
  ...rangeParameters('time'),
  'filter[operation]': Type.Optional(oneOf(CHANGES)),
  ...accountParameter,
  ...pageParameters,
});

/** A change that was made. */
export const AuditEntryView = Type.Object(
  {
    id: Id,
    created_at: Time,
    operation: Type.String({
      description:
        'The `operationId`; `deactivateWebhook` where an endpoint answered 410 and its webhook was switched off.',
    }),
    by: oneOf(['token', 'operator', 'hooktrail'], {
      description:
        'A token of this account, an operator of another account, or Hooktrail by itself.',
    }),
    token_id: Type.Optional(Id),
    method: Type.Optional(Type.String()),
    request_id: Type.Optional(Type.String()),
    address: Type.Optional(Type.String({ description: 'From where the request came.' })),
    target: Type.Object(
      { type: oneOf(['account', 'invocation', 'token', 'webhook']), id: Type.String() },
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
      { description: 'Secret fields are named without values; long values are cut.' },
    ),
  },
  { ...CLOSED, $id: 'AuditEntry' },
);

/** A page of the audit. */
export const AuditList = Type.Object(
  { audit: Type.Array(ref(AuditEntryView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of the audit.' },
);

/** What the schema of the same name lets through. */
export type AuditEntryView = Static<typeof AuditEntryView>;
