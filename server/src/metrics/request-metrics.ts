import type { Counter } from './counter.ts';
import type { Metrics } from './metrics.ts';

/** What the API tells. */
export interface RequestMetrics {
  /** Makes what counts the answers of a route, which has its template as name. */
  route(method: string, route: string): (status: number, ms: number) => void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of the API. */
export function createRequestMetrics(metrics: Metrics): RequestMetrics {
  const requests = metrics.counters(
    'hooktrail_http_requests_total',
    'Answered API requests by method, route and status code; route none: no such operation.',
    ['method', 'route', 'status'],
  );
  const duration = metrics.histograms(
    'hooktrail_http_request_duration_seconds',
    'Time from the head of a request to the end of its answer.',
    ['method', 'route'],
    SECONDS,
  );
  return {
    route(method, route) {
      const byStatus = new Map<number, Counter>();
      return (status, ms) => {
        let counter = byStatus.get(status);
        if (counter === undefined) {
          counter = requests.of(method, route, String(status));
          byStatus.set(status, counter);
        }
        counter.value++;
        duration.of(method, route).observe(ms / 1_000);
      };
    },
  };
}
