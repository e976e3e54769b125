import type { EstimatedWebhook, ExportedWebhook } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Table } from './table.tsx';

/** More rows would push the button out of sight; the rest is one line. */
const MOST_WEBHOOKS = 10;

/** What a dry run counted, by webhook and status. */
export function CountedWebhooks({
  webhooks,
  total,
}: {
  /** Those with the most. */
  webhooks: readonly (EstimatedWebhook | ExportedWebhook)[];
  /** How many webhooks there are. */
  total: number;
}) {
  const more = total - Math.min(webhooks.length, MOST_WEBHOOKS);
  return (
    <>
      <Table label="By webhook" heads={['Webhook', ['Invocations', 'num'], 'By status']}>
        {webhooks.slice(0, MOST_WEBHOOKS).map((row) => (
          <tr key={row.webhook.id}>
            <td class="wrap">
              {row.webhook.name}{' '}
              {'heldBy' in row && row.heldBy && <Badge tone="hold">{row.heldBy}</Badge>}
              {'origin' in row.webhook && row.webhook.origin && (
                <span class="soft">from {String(row.webhook.origin)}</span>
              )}
            </td>
            <td class="num" data-head="Invocations">
              {formatCount(row.invocations)}
            </td>
            <td>
              <span class="row">
                {Object.entries(row.byStatus).map(([status, count]) => (
                  <Badge key={status} tone={statusTone(status)}>
                    {formatCount(count)} {status}
                  </Badge>
                ))}
              </span>
            </td>
          </tr>
        ))}
      </Table>
      {more > 0 && (
        <p class="soft">
          and {formatCount(more)} more {more === 1 ? 'webhook' : 'webhooks'}
        </p>
      )}
    </>
  );
}
