import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly node: string;
  readonly leaseMs: number;
}

/**
 * Takes or keeps the lease of the evaluation: it returns a row if this node has it from now on. In a
 * transaction it also keeps other nodes from taking it until that ends.
 */
export const takeAlertLease = query<Params, { id: number }>(
  'take-alert-lease',
  {
    node: uuid((p) => p.node),
    lease: bigint((p) => p.leaseMs),
  },
  `update alert_lease
set node = $node, until_at = now() + $lease * interval '1 millisecond'
where id = 1 and (node = $node or until_at <= now())
returning id`,
);
