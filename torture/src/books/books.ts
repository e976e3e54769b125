/** One process of a node; each start of a node is a new process. */
export interface Sender {
  readonly node: number;
  readonly pid: number;
}

/** The life of a process of a node, which no fault explains where its start failed. */
export interface Process extends Sender {
  readonly startedMs: number;
  /** When it listened; undefined if its start failed. */
  upMs: number | undefined;
  endedMs: number | undefined;
  /** How it ended, such as `exit status 1`. */
  end: string | undefined;
}

/** Something that a node logged as a warning or worse. */
export interface Problem extends Sender {
  readonly atMs: number;
  readonly message: string;
}

/** An invocation as a 2xx to a publisher named it. */
export interface NamedInvocation {
  readonly id: string;
  readonly webhookId: string;
}

/** One event or direct invocation, however often its publisher repeats the request. */
export interface Publication {
  /** Part of the event's body, which identifies its row even without an answer. */
  readonly tag: string;
  /** The webhooks that it must be delivered to. */
  readonly webhookIds: readonly string[];
  /** The invocations that the first 2xx named. */
  accepted: readonly NamedInvocation[] | undefined;
  /** How many requests left open whether it was stored: answered with 503, or not at all. */
  unclear: number;
}

/** One request that an endpoint saw. */
export interface SeenRequest {
  /** Sent back in a header of the answer, so the trail tells which request an attempt was. */
  readonly serial: number;
  readonly invocationId: string;
  /**
   * The time of the signature, in whole seconds: finds the attempt of a request without an answer.
   */
  readonly signedAt: string;
  /** The job that sent it, as its header says. */
  readonly jobId: string | undefined;
  readonly arrivedMs: number;
  /** Undefined until it is found; it stays so without /proc, or when the process had ended. */
  sender: Sender | undefined;
  /** The status, when the complete answer was handed to the network. */
  answered: number | undefined;
  /** When it was answered, or when its connection ended. */
  closedMs: number | undefined;
}

/** A fault that the run injected. */
export interface Fault {
  readonly name: string;
  /**
   * - `death`: the process was killed, with everything in its memory.
   * - `leave`: the process was asked to end. That alone must lose and repeat nothing.
   * - `pause`: the process or its connections to the database stood still for a while, or the
   *   connections were lost.
   * - `endpoint`: an endpoint misbehaved. Its requests fail; that excuses nothing else.
   */
  readonly effect: 'death' | 'leave' | 'pause' | 'endpoint';
  /** The node that it hit; all of them when undefined. */
  readonly node: number | undefined;
  /** The process, for a fault that ends with that process. */
  readonly pid: number | undefined;
  readonly fromMs: number;
  untilMs: number;
}

/** One replay that the run asked for. */
export interface Replay {
  /** Given to the job as its reason, which finds the job when its answer was lost. */
  readonly name: string;
  readonly webhookId: string;
  /** Everything that its webhook had when it was asked for: it selects that, without what was delivered. */
  readonly invocationIds: readonly string[];
  /** The webhook that gets copies instead. */
  readonly targetId: string | undefined;
  jobId: string | undefined;
}

/** The run's own records, which the checks compare with the trail. */
export interface Books {
  readonly publications: Map<string, Publication>;
  readonly requests: SeenRequest[];
  readonly faults: Fault[];
  readonly replays: Replay[];
  readonly processes: Process[];
  /** The latest ones. */
  readonly problems: Problem[];
  /** What the run saw that must not happen. */
  readonly troubles: string[];
  /** How many answers of each kind publishers got. */
  readonly answers: Map<string, number>;
}

export function openBooks(): Books {
  return {
    publications: new Map(),
    requests: [],
    faults: [],
    replays: [],
    processes: [],
    problems: [],
    troubles: [],
    answers: new Map(),
  };
}

/** Adds one to a count. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
