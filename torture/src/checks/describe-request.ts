import type { Fault, SeenRequest } from '../books/books.ts';

const NEAR = 2;

/** A request and what was done last before its end, for whoever looks for the cause. */
export function describeRequest(request: SeenRequest, faults: readonly Fault[]): string {
  const { answered, arrivedMs, closedMs, sender, serial } = request;
  const from =
    sender === undefined ? 'a process that was gone' : `node ${sender.node} (${sender.pid})`;
  const outcome = answered === undefined ? 'not answered' : `answered with ${answered}`;
  const open = closedMs === undefined ? '' : ` in ${closedMs - arrivedMs} ms`;
  const near = faults
    .filter(({ effect, fromMs }) => effect !== 'endpoint' && fromMs <= (closedMs ?? arrivedMs))
    .slice(-NEAR)
    .map(({ fromMs, name, node, untilMs }) => {
      const where = node === undefined ? '' : ` ${node}`;
      return `${name}${where} from ${fromMs - arrivedMs} to ${untilMs - arrivedMs} ms`;
    });
  return `request ${serial} from ${from}, ${outcome}${open} [${near.join('; ')}]`;
}
