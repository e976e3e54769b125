import type { Metrics } from '../metrics/metrics.ts';
import type { ShareUse } from '../shares/share-use.ts';

type Uses = () => Readonly<Record<string, ShareUse>>;

/** Adds gauges of what accounts share: what is taken, what there is, and what the largest has. */
export function addShareGauges(metrics: Metrics, places: Uses, memory: Uses): void {
  add('hooktrail_places', 'Places by kind', places);
  add('hooktrail_memory_bytes', 'Memory for bodies by kind', memory);

  function add(name: string, what: string, uses: Uses): void {
    const read = (of: (use: ShareUse) => number) => () =>
      Object.entries(uses()).map(([kind, use]) => ({ labels: [kind], value: of(use) }));
    metrics.gauge(
      `${name}_used`,
      `${what}: taken.`,
      ['kind'],
      read(({ used }) => used),
    );
    metrics.gauge(
      `${name}_limit`,
      `${what}: all that there is.`,
      ['kind'],
      read(({ total }) => total),
    );
    metrics.gauge(
      `${name}_largest_account`,
      `${what}: taken by the account that has most.`,
      ['kind'],
      read(({ largest }) => largest),
    );
  }
}
