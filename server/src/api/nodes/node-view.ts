import type { ListedNode } from '../../nodes/list-nodes.ts';
import type { NodeView } from './node-schema.ts';

/** A node as it is shown. What an older or newer version did not write is 0, or null. */
export function nodeView({ load, ...node }: ListedNode): NodeView {
  const number = (name: string) => (typeof load[name] === 'number' ? load[name] : 0);
  const whole = (name: string) => Math.round(number(name));
  return {
    id: node.id,
    state: node.state,
    version: node.version,
    host: node.host,
    address: node.address,
    started_at: node.started_at.toISOString(),
    seen_at: node.seen_at.toISOString(),
    load: {
      cpu: number('cpu'),
      event_loop: number('event_loop'),
      memory_bytes: whole('memory_bytes'),
      places: whole('places'),
      places_limit: whole('places_limit'),
      requests: whole('requests'),
    },
    lag_ms: typeof load['lag_ms'] === 'number' ? whole('lag_ms') : null,
  };
}
