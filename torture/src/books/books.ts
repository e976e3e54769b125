/** A process of a node: the same node is another process after each start. */
export interface Sender {
  readonly node: number;
  readonly pid: number;
}

/** An invocation as a publisher was told of it. */
export interface ToldInvocation {
  readonly id: string;
  readonly webhookId: string;
}

/** One event that a publisher wants delivered, however often it has to ask. */
export interface Publication {
  /** Stands in the event's text: so its row is known even where no answer came. */
  readonly tag: string;
  /** The webhooks that it is for. */
  readonly webhookIds: readonly string[];
  /** What the first 2xx said. */
  accepted: readonly ToldInvocation[] | undefined;
  /** Answers that leave open whether it was stored: 503, or none at all. */
  unclear: number;
}

/** One request that the receiver saw. */
export interface SeenRequest {
  /** Sent back as a header of the answer, so that the trail says which request an attempt was. */
  readonly serial: number;
  readonly invocationId: string;
  /** As the request was signed, in whole seconds: finds the attempt of a request without an answer. */
  readonly signedAt: string;
  readonly arrivedMs: number;
  /** Undefined until it is found out, and for ever where there is no /proc or the process was gone. */
  sender: Sender | undefined;
  /** The status, once the whole answer was handed to the network. */
  answered: number | undefined;
  /** When it was answered or its connection ended. */
  closedMs: number | undefined;
}

/** Something that was done to the parts of the run. */
export interface Fault {
  readonly name: string;
  /**
   * - `death`: the process is gone, with whatever it had in memory.
   * - `leave`: the process was asked to end. That alone must lose and repeat nothing.
   * - `pause`: the process, or its way to the database, did nothing for a while, or lost connections.
   * - `endpoint`: an endpoint misbehaved: its requests fail, and nothing else may follow from it.
   */
  readonly effect: 'death' | 'leave' | 'pause' | 'endpoint';
  /** The node that it was done to; all of them when undefined. */
  readonly node: number | undefined;
  /** The process, where it ends with that process. */
  readonly pid: number | undefined;
  readonly fromMs: number;
  untilMs: number;
}

/** What the run itself remembers, to hold against the trail. */
export interface Books {
  readonly publications: Map<string, Publication>;
  readonly requests: SeenRequest[];
  readonly faults: Fault[];
  /** What must not happen and was seen while it ran. */
  readonly troubles: string[];
  /** Answers to publishers, by what they were. */
  readonly answers: Map<string, number>;
}

export function openBooks(): Books {
  return {
    publications: new Map(),
    requests: [],
    faults: [],
    troubles: [],
    answers: new Map(),
  };
}

/** Adds one to a count. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
