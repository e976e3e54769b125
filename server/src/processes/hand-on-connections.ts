import cluster, { type Worker } from 'node:cluster';

/** What Node's `cluster` and its processes tell each other. */
interface ClusterMessage {
  readonly cmd?: unknown;
  readonly act?: unknown;
  /** Of a message that is to be answered. */
  readonly seq?: unknown;
  /** In the answer: `seq` of what it answers. */
  readonly ack?: unknown;
}

interface Connection {
  close(): void;
}

/**
 * Hands connections on that a process was given and had not taken when it was killed. Node waits for its answer
 * (`RoundRobinHandle.handoff`) and keeps them open for ever, so their clients would wait for ever too. Another
 * process takes them, since nobody has read from them; where none is left they are closed.
 *
 * Node does not document these messages. A version that has others leaves the connections open, as without this.
 */
export function handOnConnections(worker: Worker): void {
  const given = new Map<unknown, Connection>();
  const { process } = worker;
  const send = process.send.bind(process) as (...args: unknown[]) => boolean;
  process.send = ((message: ClusterMessage, ...rest: unknown[]) => {
    if (message.cmd === 'NODE_CLUSTER' && message.act === 'newconn') {
      given.set(message.seq, rest[0] as Connection);
    }
    return send(message, ...rest);
  }) as typeof process.send;
  process.on('internalMessage', ({ ack }: ClusterMessage) => given.delete(ack));

  const handOn = (): void => {
    const others = Object.values(cluster.workers ?? {}).some(
      (one) => one !== undefined && one !== worker && one.isConnected(),
    );
    for (const [ack, connection] of given) {
      // As a process that stops answers: Node then asks the next one.
      if (others) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
      else connection.close();
    }
    given.clear();
  };
  // Only when it is gone for Node too: before that, Node would give it the next connection.
  process.once('exit', () => {
    if (worker.isConnected()) process.once('disconnect', () => setImmediate(handOn));
    else setImmediate(handOn);
  });
}
