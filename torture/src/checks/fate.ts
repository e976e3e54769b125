import type { Fault, SeenRequest } from '../books/books.ts';

/**
 * How long the outcome of a request may take to get onto the record when nothing is in its way. It
 * is milliseconds; the rest is for a machine that has other things to do.
 */
const SETTLE_MS = 5_000;

/**
 * What a process has sent before it died can wait in the system until the receiver gets round to
 * reading it; then nobody can be found at its other end.
 */
const READ_LATE_MS = 5_000;

/** What was done to the sender of a request before the outcome was surely on the record. */
export interface Fate {
  /**
   * What was in the way of its record, so that it may be sent again: the end of its sender, if there
   * was one, or what lasted longest.
   */
  readonly disturbedBy: Fault | undefined;
  /** The process ended with it: it may have no attempt. */
  readonly lost: boolean;
}

/**
 * Was a request in flight at a fault? It is from its arrival until 5 s after its answer, or the end
 * of its connection; and where its sender, or the database of that, did nothing for a while in this
 * time, until 5 s after that while. What is done to other nodes and to endpoints does not count, and
 * neither does asking the sender to end: it has to finish what it began. Only when the database is
 * away meanwhile may it go without.
 */
export function fateOf(request: SeenRequest, faults: readonly Fault[]): Fate {
  const { sender } = request;
  const met = faults
    .filter(({ effect, node, pid }) => {
      if (effect === 'endpoint') return false;
      if (sender === undefined || node === undefined) return true;
      return pid === undefined ? node === sender.node : pid === sender.pid;
    })
    .sort((a, b) => a.fromMs - b.fromMs);

  let untilMs = (request.closedMs ?? Number.POSITIVE_INFINITY) + SETTLE_MS;
  const disturbances: Fault[] = [];
  for (const fault of met) {
    if (fault.effect === 'leave') continue;
    if (fault.fromMs > untilMs || isOver(fault, request)) continue;
    disturbances.push(fault);
    untilMs = Math.max(untilMs, fault.untilMs + SETTLE_MS);
  }
  const left = met.some(
    (fault) => fault.effect === 'leave' && fault.fromMs <= untilMs && !isOver(fault, request),
  );
  const death = disturbances.find(({ effect }) => effect === 'death');
  const lasted = (fault: Fault) => fault.untilMs - fault.fromMs;
  const [longest] = disturbances.sort((a, b) => lasted(b) - lasted(a));
  return {
    disturbedBy: death ?? longest,
    lost: death !== undefined || (longest !== undefined && left),
  };
}

/** Was it over before the request was sent? The end of the very process that sent it never was. */
function isOver({ effect, untilMs }: Fault, { arrivedMs, sender }: SeenRequest): boolean {
  if (effect === 'pause') return untilMs < arrivedMs;
  return sender === undefined && untilMs + READ_LATE_MS < arrivedMs;
}
