import { PROFILES } from '@hooktrail/server/profiles';
import type { Fault, SeenRequest } from '../books/books.ts';
import { sentMs } from './sent-ms.ts';

/**
 * How long the outcome of a request may take to be recorded without a fault. It takes milliseconds;
 * the rest is for a busy machine.
 */
const SETTLE_MS = 5_000;

/** A node follows the database's clock to within milliseconds. */
const CLOCKS_MS = 500;

/** A request that is read so late after its signature, in whole seconds, may have timed out before. */
const TOO_LATE_MS = PROFILES.durable.timeLimitMs - 1_000;

/** The faults that hit a request before its outcome was certainly recorded. */
export interface Fate {
  /**
   * The fault that excuses sending the request again: the death of its sender, if it died,
   * otherwise the fault that lasted longest.
   */
  readonly disturbedBy: Fault | undefined;
  /** Whether the process died with the outcome: the request may have no attempt. */
  readonly lost: boolean;
}

/**
 * Decides whether a request was in flight at a fault. A request is in flight from its arrival until
 * 5 s after its answer or the end of its connection. A pause of its sender or of the sender's
 * database in this time prolongs it until 5 s after the pause. Faults of other nodes and of
 * endpoints do not count. SIGTERM does not either, since a node must finish what it started, unless
 * the database was away meanwhile. A request that the receiver itself read after the sender's time limit
 * was disturbed by that.
 */
export function fateOf(request: SeenRequest, faults: readonly Fault[]): Fate {
  const { sender } = request;
  const met = [...faults, ...readTooLate(request)]
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

function readTooLate(request: SeenRequest): Fault[] {
  const fromMs = sentMs(request);
  const untilMs = request.arrivedMs;
  if (untilMs - fromMs < TOO_LATE_MS) return [];
  const name = 'the receiver was too busy to read it in time';
  return [{ name, effect: 'pause', node: undefined, pid: undefined, fromMs, untilMs }];
}

/** Whether a fault was over before the request was sent. The death of its own sender never is. */
function isOver({ effect, untilMs }: Fault, request: SeenRequest): boolean {
  if (effect !== 'pause' && request.sender !== undefined) return false;
  return untilMs + CLOCKS_MS < sentMs(request);
}
