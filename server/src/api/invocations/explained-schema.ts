import { Type } from 'typebox';
import { ERROR_CLASSES } from '../../model/error-class.ts';
import { REASON_CODES, WEBHOOK_REASONS } from '../../model/reason-code.ts';
import { TRIGGERS } from '../../model/trigger.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { Invocation } from '../schema/invocation.ts';
import { oneOf } from '../schema/one-of.ts';
import { Origin } from '../schema/origin.ts';
import { Time } from '../schema/time.ts';
import { TrailWebhook } from './invocation-schema.ts';

const Entry = Type.Object(
  {
    at: Time,
    what: oneOf([
      'accepted',
      'throttled',
      'circuit broken',
      'replayed',
      'lease lost',
      'attempted',
      'recorded',
      'ended',
      'archived',
      'resent',
    ]),
    message: Type.String({ description: 'What happened, with its times and limits.' }),
    attempt_id: Type.Optional(Id),
    method: Type.Optional(Type.String({ description: 'Of an attempt, as sent.' })),
    url: Type.Optional(Type.String({ description: 'As in the list of attempts.' })),
  },
  CLOSED,
);

const explained = {
  invocation: Type.Object(
    {
      ...Invocation.properties,
      event_id: Type.Optional(
        Type.String({
          description:
            'The id that `publish` answered, and that receivers get. Absent when the event is no longer kept.',
        }),
      ),
      origin: Type.Optional(Origin),
      webhook_deleted_at: Type.Optional({
        ...Time,
        description: 'When its webhook was deleted. Its trail is shown while it is kept.',
      }),
      state: oneOf(['waiting', 'in flight', 'final'], {
        description: 'Whether an attempt is due, is being made, or none will come.',
      }),
      reason_code: Type.Optional(
        oneOf([...REASON_CODES, ...WEBHOOK_REASONS], {
          description:
            'Why it waits, or why it ended. Absent before anything happened, and after a success.',
        }),
      ),
      duration_ms: Type.Optional(
        Type.Integer({ description: 'Of the latest attempt that decided, like the next two.' }),
      ),
      error_class: Type.Optional(
        oneOf(ERROR_CLASSES, { description: 'The class with which `error_message` begins.' }),
      ),
      trigger: Type.Optional(
        oneOf(TRIGGERS, { description: 'What caused it; `manual`: a replay.' }),
      ),
      erased_at: Type.Optional({
        ...Time,
        description: 'When all that was sent and answered of it was erased.',
      }),
      lost_leases: Type.Optional(
        Type.Integer({
          description:
            'How often a node stopped, or lost the database, before it recorded an outcome. Whether it had sent the request is unknown.',
        }),
      ),
      job_id: Type.Optional({
        ...Id,
        description: 'The job that was the last one to send it again.',
      }),
      resends_count: Type.Optional(
        Type.Integer({ description: 'Of an archived one: how often it was sent again from here.' }),
      ),
      copied_from: Type.Optional(
        Type.Object(
          { webhook_id: Id, id: Id },
          { ...CLOSED, description: 'The invocation that a job copied to this webhook.' },
        ),
      ),
      copied_to: Type.Optional(
        Type.Object(
          { webhook_id: Id, id: Id },
          { ...CLOSED, description: 'The last copy of it that a job made at another webhook.' },
        ),
      ),
      explanation: Type.String({
        description: 'The state of the invocation and its reasons, in words.',
      }),
      timeline: Type.Array(Entry, { description: 'What happened, oldest first.' }),
    },
    CLOSED,
  ),
};

/** One invocation with its history. */
export const ExplainedInvocation = Type.Object(explained, {
  ...CLOSED,
  description: 'The invocation, with its timeline and an explanation.',
});

/** The same with its webhook. */
export const ExplainedTrailInvocation = Type.Object(
  { webhook: TrailWebhook, ...explained },
  { ...CLOSED, description: 'The invocation, with its timeline, an explanation, and its webhook.' },
);
