import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { ReplayMatching } from './replay-matching.tsx';

/** As many values as a condition takes. */
const MOST = 100;

/** A button that asks about a job which resends those of the selected invocations that are archived. */
export function ResendSelected({ rows: chosen }: { rows: readonly ListedInvocation[] }) {
  const rows = chosen.filter(({ origin }) => origin !== undefined);
  const count = rows.length;
  if (count === 0) return null;
  const words = `${formatCount(count)} archived ${count === 1 ? 'invocation' : 'invocations'}`;
  if (count > MOST) {
    return (
      <button
        type="button"
        class="button"
        disabled
        title={`At most ${MOST} at a time. Select all rows to resend all that match.`}
      >
        Resend {words}
      </button>
    );
  }
  // Two sources may archive one account: an id alone would select the rows of both.
  const webhooks = [...new Set(rows.map(({ webhook }) => webhook.id))];
  const q = `invocation:${rows.map(({ id }) => id).join()} webhook:${webhooks.join()}`;
  return (
    <ReplayMatching q={q} kind="resend" title={`Resend ${words}`} primary>
      Resend {words}
    </ReplayMatching>
  );
}
