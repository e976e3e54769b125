import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** How busy a node is. */
const Load = Type.Object(
  {
    cpu: Type.Number({ description: 'Processor time in parts of one processor.' }),
    event_loop: Type.Number({
      description: 'The part of the time in which its event loop was busy, 0 to 1.',
    }),
    memory_bytes: Type.Integer({ description: 'Resident.' }),
    places: Type.Integer({ description: 'Invocations that it holds.' }),
    places_limit: Type.Integer({ description: 'Invocations that it can hold.' }),
    requests: Type.Integer({ description: 'Requests to endpoints in flight.' }),
  },
  { ...CLOSED, description: 'Since the beat before its last one.' },
);

/** A node in answers. */
export const NodeView = Type.Object(
  {
    id: Id,
    state: oneOf(['up', 'missing'], {
      description:
        'Missing: it said nothing for 30 seconds. It ended without a word, or cannot reach the database.',
    }),
    version: Type.String(),
    host: Type.String(),
    address: Type.String({ description: 'Where its API listens.' }),
    started_at: Time,
    seen_at: { ...Time, description: 'Its last beat; one comes every ten seconds.' },
    load: Load,
    lag_ms: {
      ...nullable(Type.Integer()),
      description:
        'The mean time from accepting to the first attempt, of what it began in the last ten seconds; null: nothing.',
    },
  },
  { ...CLOSED, $id: 'Node' },
);

/** The answer of the list. */
export const NodeList = Type.Object(
  { nodes: Type.Array(ref(NodeView)) },
  { ...CLOSED, description: 'The nodes, the oldest first.' },
);

/** A value that passed the schema of the same name. */
export type NodeView = Static<typeof NodeView>;
