import type { Fault, SeenRequest } from '../books/books.ts';

const NEAR = 2;

/** Describes a request and the last faults of its sender and of the database before its end. */
export function describeRequest(request: SeenRequest, faults: readonly Fault[]): string {
  const { answered, arrivedMs, closedMs, sender, serial } = request;
  const from =
    sender === undefined ? 'a process that had ended' : `node ${sender.node} (${sender.pid})`;
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
  return `request ${serial} from ${from}, ${outcome}${open} [${near.join('; ')}]`;
}
