import { type Static, Type } from 'typebox';
import { MAX_TIME_LIMIT_MS, PROFILES } from '../../model/profiles.ts';
import { CLOUD_EVENT_MODES, PROPAGATE_TRACE, SIGNATURE_VERSIONS } from '../../model/rules.ts';
import { CLOSED } from '../schema/closed.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';

/** More than a webhook can reach within the longest window. */
const MAX_COUNT = 1_000_000;

const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

const RateLimitSchema = Type.Object(
  {
    requests: whole(
      1,
      100_000,
      'Maximum number of requests in any span of that length, over all nodes.',
    ),
    seconds: whole(1, 3_600, 'Length of the span.'),
  },
  CLOSED,
);

const BreakerSchema = Type.Object(
  {
    window_seconds: Type.Integer({
      minimum: 10,
      maximum: 300,
      multipleOf: 10,
      description: 'Older outcomes do not count.',
    }),
    min_requests: whole(
      1,
      MAX_COUNT,
      'error_rate applies from this number of requests in the window.',
    ),
    error_rate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'The share of errors at which the breaker opens.',
    }),
    max_errors: whole(
      1,
      MAX_COUNT,
      'With more errors than this in the window, the breaker opens whatever their share.',
    ),
    open_seconds: whole(1, 3_600, 'Time from opening to the first probe.'),
    max_open_seconds: whole(
      1,
      3_600,
      'Each failed probe doubles the wait for the next, up to this.',
    ),
  },
  CLOSED,
);

const CloudEventsSchema = Type.Object(
  {
    mode: oneOf(CLOUD_EVENT_MODES, {
      description:
        '`binary`: the attributes in `ce-` headers, the body as it was published. `structured`: both in a body of `application/cloudevents+json`.',
    }),
    source: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        pattern: "^(?:[\\w.~:/?#[\\]@!$&'()*+,;=-]|%[\\dA-Fa-f]{2})+$",
        description:
          'The attribute `source`, a URI reference; `/hooktrail/accounts/` and the number of the account when absent.',
      }),
    ),
    handshake: Type.Optional(
      Type.Boolean({
        description:
          'Whether the endpoint must allow deliveries first, by its answer to an OPTIONS request; default false.',
      }),
    ),
  },
  CLOSED,
);

const fields = {
  time_limit_seconds: whole(
    1,
    MAX_TIME_LIMIT_MS / 1_000,
    'Limit for the whole request, from connecting to the last byte of the response.',
  ),
  schedule_seconds: Type.Array(Type.Integer({ minimum: 1, maximum: 172_800 }), {
    maxItems: 20,
    description:
      'Seconds to wait before each retry, each varied by up to 20 %; at most 216000 (60 hours) in total. Empty: no retries.',
  }),
  concurrency: whole(1, 512, 'Maximum number of requests in flight from one node.'),
  rate_limit: nullable(RateLimitSchema),
  breaker: nullable(BreakerSchema),
  standard_webhooks: Type.Boolean({
    description: 'Whether to send the three Standard Webhooks headers as well.',
  }),
  propagate_trace: oneOf(PROPAGATE_TRACE, {
    description:
      "What `traceparent` and `tracestate` of a request say: `off`: not sent; `link`: a trace of its own, which has a link to its publisher's, if this node exports traces; `pass`: the trace of its publisher.",
  }),
  signatures: Type.Array(oneOf(SIGNATURE_VERSIONS), {
    maxItems: SIGNATURE_VERSIONS.length,
    description:
      'What `webhook-signature` has: `v1`, HMAC-SHA256 with the secret, and `v1a`, ed25519 with a key pair of the webhook, which is made when this asks for it first. Needs `standard_webhooks`.',
  }),
  cloudevents: nullable(CloudEventsSchema),
};

/** The rules that a webhook may override. */
export const OwnRulesSchema = Type.Partial(Type.Object(fields), {
  ...CLOSED,
  description:
    "Omitted fields fall back to the account's profile. `null` for `rate_limit`, `breaker` or `cloudevents` switches it off, whatever the profile says.",
});

const EffectiveRulesSchema = Type.Object(
  {
    profile: oneOf(Object.keys(PROFILES) as (keyof typeof PROFILES)[]),
    ...fields,
    jitter: Type.Number({
      description: 'Each wait of the schedule varies at random by up to this share.',
    }),
    retried: Type.Array(
      Type.Object(
        {
          failure: Type.Union([oneOf(['any', 'timeout']), Type.Integer()]),
          times: Type.Optional(
            Type.Integer({
              description: 'Maximum number of retries; absent: as many as the schedule has.',
            }),
          ),
          only_with_retry_after: Type.Boolean(),
        },
        CLOSED,
      ),
      {
        description:
          'Which failures are retried. The first entry that matches decides; a failure that matches none is final.',
      },
    ),
    retry_after: Type.Object(
      {
        max_seconds: Type.Number(),
        longer: oneOf(['cut', 'final'], {
          description:
            'What a longer `Retry-After` does: the wait is cut to `max_seconds`, or the invocation ends.',
        }),
      },
      CLOSED,
    ),
    gone: oneOf(['deactivates', 'ends'], {
      description: 'What 410 Gone does: deactivate the webhook, or only end the invocation.',
    }),
    while_open: oneOf(['wait', 'end'], {
      description: 'Whether invocations wait or end while the breaker is open.',
    }),
  },
  { ...CLOSED, description: 'The rules in force. Those that a webhook cannot override come last.' },
);

/** The body that replaces the rules of a webhook. */
export const DeliveryInputBody = Type.Object({ delivery: OwnRulesSchema }, CLOSED);

/** The delivery rules of a webhook, in answers. */
export const DeliveryBody = Type.Object(
  { delivery: OwnRulesSchema, effective: EffectiveRulesSchema },
  { ...CLOSED, description: 'The overrides of the webhook, and all rules in force for it.' },
);

/** A value that passed the schema of the same name. */
export type OwnRulesInput = Static<typeof OwnRulesSchema>;
/** A value that passed the schema of the same name. */
export type EffectiveRules = Static<typeof EffectiveRulesSchema>;
