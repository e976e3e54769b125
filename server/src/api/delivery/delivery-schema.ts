import { type Static, Type } from 'typebox';
import { MAX_TIME_LIMIT_MS, PROFILES } from '../../model/profiles.ts';
import { CLOSED } from '../schema/closed.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';

/** As many as any of these can be in the time for which they are counted. */
const MANY = 1_000_000;

const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

const RateLimitSchema = Type.Object(
  {
    requests: whole(1, 100_000, 'Requests in any span of that length, from all nodes together.'),
    seconds: whole(1, 3_600, 'The length of the span.'),
  },
  CLOSED,
);

const BreakerSchema = Type.Object(
  {
    window_seconds: Type.Integer({
      minimum: 10,
      maximum: 300,
      multipleOf: 10,
      description: 'Outcomes older than this do not count.',
    }),
    min_requests: whole(1, MANY, 'The rate of errors counts from this number of requests on.'),
    error_rate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'The share of errors at which it opens.',
    }),
    max_errors: whole(1, MANY, 'With more errors than this it opens whatever their share.'),
    open_seconds: whole(1, 3_600, 'From opening to the first probe.'),
    max_open_seconds: whole(
      1,
      3_600,
      'Each probe that fails doubles the wait for the next, up to this.',
    ),
  },
  CLOSED,
);

const fields = {
  time_limit_seconds: whole(
    1,
    MAX_TIME_LIMIT_MS / 1_000,
    'For the whole request, from dialling to the last byte of the answer.',
  ),
  schedule_seconds: Type.Array(Type.Integer({ minimum: 1, maximum: 172_800 }), {
    maxItems: 20,
    description:
      'The wait before each retry, 20 % more or less; together at most 216000 (60 hours). Empty: nothing is tried again.',
  }),
  concurrency: whole(1, 512, 'Requests under way at the same time from one node.'),
  rate_limit: nullable(RateLimitSchema),
  breaker: nullable(BreakerSchema),
  standard_webhooks: Type.Boolean({
    description: 'Whether the three headers of Standard Webhooks are sent as well.',
  }),
};

/** The rules that a webhook may have of its own. */
export const OwnRulesSchema = Type.Partial(Type.Object(fields), {
  ...CLOSED,
  description:
    "What is left out is as the account's profile says. `null` for `rate_limit` or `breaker`: there is none, whatever the profile says.",
});

const EffectiveRulesSchema = Type.Object(
  {
    profile: oneOf(Object.keys(PROFILES) as (keyof typeof PROFILES)[]),
    ...fields,
    jitter: Type.Number({
      description: 'Each wait of the schedule is made up to this share shorter or longer.',
    }),
    retried: Type.Array(
      Type.Object(
        {
          failure: Type.Union([oneOf(['any', 'timeout']), Type.Integer()]),
          times: Type.Optional(
            Type.Integer({ description: 'At most; absent: as often as the schedule says.' }),
          ),
          only_with_retry_after: Type.Boolean(),
        },
        CLOSED,
      ),
      { description: 'What is tried again: the first that fits decides, and none is final.' },
    ),
    retry_after: Type.Object(
      {
        max_seconds: Type.Number(),
        longer: oneOf(['cut', 'final'], {
          description: 'What a longer wait than that comes to.',
        }),
      },
      CLOSED,
    ),
    gone: oneOf(['deactivates', 'ends'], {
      description:
        'What 410 Gone does: switch the webhook to inactive, or only end the invocation.',
    }),
    while_open: oneOf(['wait', 'end'], {
      description: 'What invocations do while the breaker is open.',
    }),
  },
  { ...CLOSED, description: 'All rules that hold. Those that no webhook can change come last.' },
);

/** The body that replaces the rules of a webhook. */
export const DeliveryInputBody = Type.Object({ delivery: OwnRulesSchema }, CLOSED);

/** The answer about the rules of a webhook. */
export const DeliveryBody = Type.Object(
  { delivery: OwnRulesSchema, effective: EffectiveRulesSchema },
  { ...CLOSED, description: "The webhook's own rules, and all rules that hold for it." },
);

/** What the schema of the same name lets through. */
export type OwnRulesInput = Static<typeof OwnRulesSchema>;
/** What the schema of the same name lets through. */
export type EffectiveRules = Static<typeof EffectiveRulesSchema>;
