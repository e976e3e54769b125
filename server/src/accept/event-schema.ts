import Type, { type Static } from 'typebox';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPE_LENGTH } from '../model/event-type.ts';

/**
 * An event as a publisher posts it. One declaration serves both validation and OpenAPI.
 * `account_id` and `zendesk_event_version` are accepted so that recorded Zendesk events can be
 * posted.
 */
export const eventSchema = Type.Object(
  {
    type: Type.String({
      maxLength: MAX_EVENT_TYPE_LENGTH,
      pattern: EVENT_TYPE_PATTERN,
      description:
        'A type of Zendesk (`zen:event-type:ticket.created`) or your own (`order.paid`).',
    }),
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        pattern: '^[!-~]+$',
        description:
          'Your own id of the event, visible ASCII. Publishing it again within 24 hours delivers nothing twice. Made when absent.',
      }),
    ),
    subject: Type.Optional(
      Type.String({
        maxLength: 255,
        description:
          'What the event is about, such as `zen:ticket:35436`. `hooktrail:event:` and the id when absent.',
      }),
    ),
    time: Type.Optional(
      Type.String({
        format: 'date-time',
        pattern: '^[^.]*:[0-5]\\d(?:\\.\\d{1,9})?Z$',
        description: 'ISO 8601 in UTC, with `Z`. The time of publishing when absent.',
      }),
    ),
    detail: Type.Optional(
      Type.Object({}, { description: 'The state of the subject. `{}` when absent.' }),
    ),
    event: Type.Optional(Type.Object({}, { description: 'What changed. `{}` when absent.' })),
    account_id: Type.Optional(
      Type.Integer({
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Sent as given. The number of your account when absent.',
      }),
    ),
    zendesk_event_version: Type.Optional(
      Type.String({ maxLength: 255, description: '`2022-11-06` when absent.' }),
    ),
  },
  { additionalProperties: false, title: 'EventInput' },
);

export type EventInput = Static<typeof eventSchema>;
