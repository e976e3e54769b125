import { Type } from 'typebox';
import { MOST_OF_KIND, PROBLEM_KINDS } from '../../trail/problems.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** Something that people may have to put right. */
export const Problem = Type.Object(
  {
    kind: oneOf(PROBLEM_KINDS, {
      description:
        '`breaker`: the circuit breaker of a webhook is not closed. `job`: a job stopped itself. `failing`: at least one attempt in twenty of a webhook failed in the last 24 hours. `source`: a source is not read, or more than an hour behind. `gap`: gaps of a source were found in the last seven days. `backlog`: due invocations of a webhook wait for more than a minute. `inactive`, `paused`: a webhook does not send, or a source is not read.',
    }),
    explanation: Type.String({ description: 'For people.' }),
    webhook: Type.Optional(Type.Object({ id: Id, name: Type.String() }, CLOSED)),
    source: Type.Optional(Type.Object({ id: Id, name: Type.String() }, CLOSED)),
    job: Type.Optional(Type.Object({ id: Id, kind: Type.String() }, CLOSED)),
    reason_code: Type.Optional(Type.String({ description: 'Of a `job`: why it stopped itself.' })),
    since: Type.Optional({
      ...Time,
      description:
        'Since when: the breaker is open, the oldest due invocation waits, the webhook or the source is paused, nothing of the source is complete; or when the latest gap was found.',
    }),
    next_probe_at: Type.Optional({ ...Time, description: 'Of a `breaker`.' }),
    growing: Type.Optional(
      Type.Boolean({
        description: 'Of a `backlog`: whether the oldest waits longer than half a minute ago.',
      }),
    ),
    attempts: Type.Optional(Type.Integer({ description: 'Of `failing`, in 24 hours.' })),
    failed: Type.Optional(Type.Integer({ description: 'Of `failing`: how many of them failed.' })),
  },
  { ...CLOSED, $id: 'Problem' },
);

/** The answer of the list of problems. */
export const ProblemList = Type.Object(
  {
    problems: Type.Array(ref(Problem), {
      description: `The worst kind first, at most ${MOST_OF_KIND} of each.`,
    }),
    counts: Type.Object(Object.fromEntries(PROBLEM_KINDS.map((kind) => [kind, Type.Integer()])), {
      ...CLOSED,
      description: 'How many there are of each kind.',
    }),
    meta: Type.Object(
      {
        at: Time,
        webhooks: Type.Integer({ description: 'How many the account has.' }),
        counted: Type.Integer({
          description:
            'Of how many of them attempts were counted so far: 2,000 every 10 seconds, while somebody asks.',
        }),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'What is wrong with the account now.' },
);
