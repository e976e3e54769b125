import { type Static, Type } from 'typebox';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { ERROR_CLASSES } from '../../model/error-class.ts';
import { TRIGGERS } from '../../model/trigger.ts';
import { CLOSED } from '../schema/closed.ts';
import { HeaderPairs } from '../schema/header-pairs.ts';
import { Id } from '../schema/id.ts';
import { Invocation } from '../schema/invocation.ts';
import { ListedGap } from '../schema/listed-gap.ts';
import { oneOf } from '../schema/one-of.ts';
import { Origin } from '../schema/origin.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { rangeParameters } from '../schema/range-parameters.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';
import { WebhookParams } from '../schema/webhook-params.ts';

/** The query parameters of a list of invocations. */
export const InvocationParameters = Type.Object({
  ...rangeParameters('sort time'),
  'filter[status]': Type.Optional(oneOf(LISTED_STATUSES)),
  sort: Type.Optional(
    oneOf(['latest_completed_at', '-latest_completed_at'], {
      description:
        'The sort time is `latest_completed_at`, or `created_at` before the first attempt has completed. Default: newest first.',
    }),
  ),
  ...pageParameters,
});

/** A webhook of the trail, which may be deleted, or archived from a remote account. */
export const TrailWebhook = Type.Object(
  {
    id: Id,
    name: Type.String(),
    deleted_at: Type.Optional({ ...Time, description: 'Absent while the webhook exists.' }),
    origin: Type.Optional(Origin),
  },
  CLOSED,
);

/** A page of invocations, with their webhook, which may be deleted. */
export const TrailInvocationList = Type.Object(
  {
    webhook: TrailWebhook,
    invocations: Type.Array(ref(Invocation)),
    meta: Type.Object(
      {
        ...Meta.properties,
        gaps: Type.Optional(
          Type.Array(ListedGap, {
            description:
              'Of an archived webhook: spans that touch this page of which it is unknown what finished, at most 50 and the latest first. Absent without one.',
          }),
        ),
      },
      CLOSED,
    ),
    links: Links,
  },
  { ...CLOSED, description: 'A page of invocations, and the webhook.' },
);

/** A page of invocations. */
export const InvocationList = Type.Object(
  { invocations: Type.Array(ref(Invocation)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of invocations.' },
);

/** Path parameters of one invocation. */
export const InvocationParams = Type.Object({
  ...WebhookParams.properties,
  invocation_id: Type.String({ description: 'The id of an invocation.' }),
});

/** Path parameters of one invocation that is found by its id alone. */
export const OneInvocationParams = Type.Object({
  invocation_id: InvocationParams.properties.invocation_id,
});

const length = (of: string) =>
  Type.Integer({ description: `Length of ${of} in bytes. The text is cut after 64 KiB.` });

const phase = (description: string) => Type.Optional(Type.Integer({ description }));

/** What the time of an attempt was spent on. */
const Phases = Type.Object(
  {
    dns_ms: phase("The look-up of the endpoint's name, or of the proxy's."),
    connect_ms: phase('The TCP connection to the endpoint, or to the proxy.'),
    proxy_ms: phase("The proxy's tunnel to the endpoint."),
    tls_ms: phase('The TLS handshake with the endpoint.'),
    request_ms: phase('Until the whole request was handed to the network.'),
    first_byte_ms: phase('The wait for the first byte of the answer.'),
    body_ms: phase('The rest of the answer.'),
  },
  {
    ...CLOSED,
    description:
      'How long each phase took: they add up to `duration_ms`. What did not happen is absent: a kept connection begins with `request_ms`, and an attempt without an answer ends within its last phase. Only under `/v1`; absent without a connection, and for attempts from before an upgrade.',
  },
);

/** One HTTP request of an invocation, in both shapes of spec/contract.md, "List attempts". */
export const Attempt = Type.Object(
  {
    id: Id,
    invocation_id: Id,
    status: oneOf(LISTED_STATUSES, {
      description:
        'One of ours is `success`, `failed`, `timeout`, `client error` or `server error`; an archived one may have any.',
    }),
    status_code: Type.Optional(Type.Integer({ description: 'Absent when there was no response.' })),
    response_code: Type.Optional(Type.Integer({ description: 'The same as `status_code`.' })),
    created_at: Time,
    completed_at: Time,
    duration_ms: Type.Optional(
      Type.Integer({ description: 'Absent where it is unknown: of an archived one.' }),
    ),
    phases: Type.Optional(Phases),
    trigger: oneOf([...TRIGGERS, 'resend'], {
      description: '`manual`: sent by a replay; `resend`: archived, and sent again from here.',
    }),
    resend: Type.Optional(
      Type.Object(
        {
          id: { ...Id, description: 'The act, or the job: `X-Hooktrail-Resend` of the request.' },
          job_id: Type.Optional({ ...Id, description: 'The job, if one sent it.' }),
          requested_by: Type.String({ description: 'The id of a token.' }),
          target_webhook_id: Type.Optional({
            ...Id,
            description: 'The webhook that it went to, if not its own endpoint.',
          }),
        },
        {
          ...CLOSED,
          description: 'Of a resend only. While one is in flight its status is `unknown`.',
        },
      ),
    ),
    reason: Type.Optional(
      Type.String({ description: 'What happened after a failure, and why, in words.' }),
    ),
    error_class: Type.Optional(
      oneOf(ERROR_CLASSES, {
        description:
          'The class with which `error_message` begins. Only in lists under `/v1`; absent for attempts from before an upgrade.',
      }),
    ),
    error_message: Type.Optional(Type.String()),
    method: Type.Optional(Type.String({ description: 'As sent.' })),
    url: Type.Optional(
      Type.String({
        description:
          'As sent, with a key in the query masked; for a `read` token the whole query. Absent when the request could not be composed.',
      }),
    ),
    request: Type.Optional(
      Type.Object(
        {
          headers: HeaderPairs,
          payload: Type.Optional(
            Type.String({ description: 'Absent when the event is no longer kept.' }),
          ),
          payload_length: Type.Optional(length('the payload')),
        },
        {
          ...CLOSED,
          description:
            'Credentials are masked. Values of custom headers are masked for the role `read`, and for all when the name looks like that of a credential: see `revealHeaders`. Absent where it was not archived, or nothing was sent.',
        },
      ),
    ),
    response: Type.Optional(
      Type.Object(
        { headers: HeaderPairs, payload: Type.String(), payload_length: length('the body') },
        CLOSED,
      ),
    ),
    response_headers: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Repeated headers are joined with commas.',
      }),
    ),
    response_body: Type.Optional(Type.String({ description: 'The same as `response.payload`.' })),
    response_length: Type.Optional(length('the body')),
    response_body_raw: Type.Optional(
      Type.String({
        contentEncoding: 'base64',
        description:
          'The first 64 KiB of the body as they arrived, in base64 (RFC 4648, section 4). Only in lists under `/v1`, and only where `response_body` is not those bytes as UTF-8: it was decoded, or has replacement characters.',
      }),
    ),
  },
  { ...CLOSED, $id: 'Attempt' },
);

/** The query parameters of a list of attempts. */
export const AttemptParameters = Type.Object(pageParameters);

const attemptFields = {
  attempts: Type.Array(ref(Attempt)),
  meta: Meta,
  links: Type.Optional(Links),
  attempts_gone: Type.Optional(
    Type.Boolean({
      description: '`true` when attempts are no longer kept; otherwise absent.',
    }),
  ),
};

/** The attempts of an invocation. */
export const AttemptList = Type.Object(attemptFields, {
  ...CLOSED,
  description: 'A page of attempts.',
});

/** The attempts of an invocation, with its webhook, which may be deleted. */
export const TrailAttemptList = Type.Object(
  { webhook: TrailWebhook, ...attemptFields },
  { ...CLOSED, description: 'A page of attempts, and the webhook.' },
);

/** Path parameters of one attempt of an invocation. */
export const AttemptNumberParams = Type.Object({
  ...OneInvocationParams.properties,
  number: Type.String({ description: 'The number of an attempt, from 1.' }),
});

/** One attempt, with its webhook. */
export const OneAttempt = Type.Object(
  { webhook: TrailWebhook, attempt: ref(Attempt) },
  { ...CLOSED, description: 'The attempt, and the webhook.' },
);

/** A value that passed the schema of the same name. */
export type Attempt = Static<typeof Attempt>;
