import type { AlertMute } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useAlertMutes } from '../data/use-alert-mutes.ts';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import { alertName } from '../model/alert-name.ts';
import { Confirm } from './confirm.tsx';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { MuteDialog } from './mute-dialog.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

const wordsOf = ({ kind, webhook }: AlertMute): string =>
  `${kind === undefined ? 'all kinds' : alertName(kind)} of ${webhook?.name ?? 'everything'}`;

/** What no route is notified of, and until when. */
export function AlertMutes() {
  const list = useAlertMutes();
  const [muting, setMuting] = useState(false);
  const [ending, setEnding] = useState<AlertMute>();
  const fresh = () => cache.invalidateQueries({ queryKey: ['alert-mutes'] });
  const mute = mayAct.value && (
    <button type="button" class="button primary" onClick={() => setMuting(true)}>
      Mute alerts
    </button>
  );
  return (
    <>
      {list.error && (
        <Failure what="The mutes" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="mutes" />}
      {list.data?.length === 0 && (
        <Empty title="Nothing is muted">
          <p>
            A mute silences a kind of alerts, a webhook, or a kind of one webhook, for a time or for
            ever.
          </p>
          {mute}
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <>
          {mute && <div class="row">{mute}</div>}
          <div class="card">
            <Table
              label="Mutes"
              heads={['Kind', 'Webhook', 'Until', 'Since', 'By', ['Acts', 'sr']]}
            >
              {list.data.map((one) => (
                <tr key={one.id}>
                  <td data-head="Kind">
                    {one.kind === undefined ? 'all kinds' : alertName(one.kind)}
                  </td>
                  <td class="wrap" data-head="Webhook">
                    {one.webhook ? (
                      <a href={`/console/webhooks/${one.webhook.id}`}>{one.webhook.name}</a>
                    ) : one.kind === undefined || ALERT_KINDS[one.kind]?.ofWebhooks ? (
                      'all webhooks'
                    ) : (
                      '–'
                    )}
                  </td>
                  <td data-head="Until">{one.until ? <Time at={one.until} /> : 'for ever'}</td>
                  <td data-head="Since">
                    <Time at={one.createdAt} />
                  </td>
                  <td class="mono wrap" data-head="By">
                    {one.createdBy}
                  </td>
                  <td class="num">
                    {mayAct.value && (
                      <button
                        type="button"
                        class="button small"
                        aria-label={`End the mute of ${wordsOf(one)}`}
                        onClick={() => setEnding(one)}
                      >
                        End
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          </div>
        </>
      )}
      {muting && (
        <MuteDialog
          onMuted={async () => {
            setMuting(false);
            await fresh();
          }}
          onClose={() => setMuting(false)}
        />
      )}
      {ending && (
        <Confirm
          title="End the mute"
          act="End 1 mute"
          onAct={async () => {
            await hooktrail.alertMutes.delete(ending.id);
            toast.value = { text: 'The mute has ended.' };
            await fresh();
          }}
          onClose={() => setEnding(undefined)}
        >
          <p class="wrap">
            Routes are notified again of alerts that open from now on: {wordsOf(ending)}.
          </p>
        </Confirm>
      )}
    </>
  );
}
