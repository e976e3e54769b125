import { now } from '../data/now.ts';
import { useHealth } from '../data/use-health.ts';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { formatShare } from '../model/format-share.ts';
import type { Tone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Countdown } from './countdown.tsx';
import { Failure } from './failure.tsx';
import { Time } from './time.tsx';

const BREAKER: Readonly<Record<string, Tone>> = {
  closed: 'ok',
  open: 'bad',
  'half open': 'hold',
  none: 'wait',
};

/** Whether deliveries of a webhook go out, and why not. */
export function WebhookHealth({ id }: { id: string }) {
  const health = useHealth(id);
  if (health.error) {
    return <Failure what="The health" error={health.error} onRetry={() => void health.refetch()} />;
  }
  if (health.data === undefined) return <div class="tiles" />;
  const { breaker, nextPermitAt, pausedAt, status, waitingSince, window } = health.data;
  return (
    <div class="tiles">
      <div class="tile">
        <span class="soft">Deliveries</span>
        <div>
          <Badge tone={status === 'active' ? 'ok' : 'hold'}>{status}</Badge>
        </div>
        {pausedAt && (
          <span class="soft">
            since <Time at={pausedAt} />
          </span>
        )}
      </div>
      <div class="tile">
        <span class="soft">Circuit breaker</span>
        <div>
          <Badge tone={BREAKER[breaker.state] ?? 'wait'}>{breaker.state}</Badge>
        </div>
        {breaker.reason && <div class="wrap">{breaker.reason}</div>}
        {breaker.nextProbeAt && (
          <span class="soft">
            next probe <Countdown to={breaker.nextProbeAt} />
          </span>
        )}
      </div>
      <div class="tile">
        <span class="soft">Errors, last {formatDuration(window.seconds * 1_000)}</span>
        <span class="value">{formatShare(window.errorRate)}</span>
        <span class="soft">
          {formatCount(window.errors)} errors of {formatCount(window.requests)} requests
        </span>
      </div>
      <div class="tile">
        <span class="soft">Oldest waiting</span>
        <span class="value">
          {waitingSince ? formatDuration(Math.max(0, now.value - waitingSince.getTime())) : 'none'}
        </span>
        {nextPermitAt && (
          <span class="soft">
            rate limit: next request <Countdown to={nextPermitAt} />
          </span>
        )}
      </div>
    </div>
  );
}
