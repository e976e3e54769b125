import type { Books, SeenRequest } from '../books/books.ts';
import { sentMs } from './sent-ms.ts';

const NEAR = 2;

/** Beyond the whole seconds of a signature. */
const READ_LATE_MS = 2_000;

/**
 * Describes a request, the last faults of its sender and of the database before its end, and the life of
 * the process that sent it: also a start that failed ends what it has in flight, and is no fault of the run.
 */
export function describeRequest(request: SeenRequest, { faults, processes }: Books): string {
  const { answered, arrivedMs, closedMs, sender, serial } = request;
  const from =
    sender === undefined ? 'a process that had ended' : `node ${sender.node} (${sender.pid})`;
  const lateMs = arrivedMs - sentMs(request);
  const late = lateMs < READ_LATE_MS ? '' : `, signed ${lateMs} ms before it was read`;
  const outcome = answered === undefined ? 'not answered' : `answered with ${answered}`;
  const open = closedMs === undefined ? '' : ` in ${closedMs - arrivedMs} ms`;
  const near = faults
    .filter(({ effect, fromMs }) => effect !== 'endpoint' && fromMs <= (closedMs ?? arrivedMs))
    .filter(({ node }) => node === undefined || sender === undefined || node === sender.node)
    .sort((a, b) => a.untilMs - b.untilMs)
    .slice(-NEAR)
    .map(({ fromMs, name, node, untilMs }) => {
      const where = node === undefined ? '' : ` ${node}`;
      return `${name}${where} from ${fromMs - arrivedMs} to ${untilMs - arrivedMs} ms`;
    });
  const life = processes.find(({ node, pid }) => node === sender?.node && pid === sender.pid);
  if (life !== undefined) {
    const at = (ms: number | undefined) => (ms === undefined ? 'never' : `at ${ms - arrivedMs} ms`);
    near.push(
      `process started ${at(life.startedMs)}, up ${at(life.upMs)}, ended ${at(life.endedMs)}` +
        (life.end === undefined ? '' : ` (${life.end})`),
    );
  }
  return `request ${serial} from ${from}${late}, ${outcome}${open} [${near.join('; ')}]`;
}
