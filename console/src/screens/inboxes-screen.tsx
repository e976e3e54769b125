import type { AddressedInbox } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { mayAct } from '../data/may-act.ts';
import { useInboxes } from '../data/use-inboxes.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { InboxAddress } from '../parts/inbox-address.tsx';
import { InboxDialog } from '../parts/inbox-dialog.tsx';
import { InboxScheme } from '../parts/inbox-scheme.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

/** The addresses that receive webhooks from elsewhere: what each verifies and publishes. */
export function InboxesScreen() {
  const list = useInboxes();
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<AddressedInbox>();
  const create = mayAct.value && (
    <button type="button" class="button primary" onClick={() => setCreating(true)}>
      Create an inbox
    </button>
  );
  return (
    <Page title="Inboxes" actions={create}>
      {created && (
        <InboxAddress
          name={created.name}
          address={created.address}
          onHide={() => setCreated(undefined)}
        />
      )}
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="inboxes" />}
      {list.data?.length === 0 && (
        <Empty title="No inboxes yet">
          <p>
            An inbox is an address that receives webhooks from elsewhere, verifies their signatures
            and publishes each as an event: put one between Zendesk and a slow endpoint.
            {!mayAct.value && ' A token of role admin creates one.'}
          </p>
          {create}
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <div class="card">
          <Table heads={['Name', 'Signed by', 'Publishes', 'Created', 'Changed']}>
            {list.data.map((inbox) => (
              <tr key={inbox.id}>
                <td class="wrap">
                  <a href={`/console/inboxes/${inbox.id}`}>
                    <strong>{inbox.name}</strong>
                  </a>
                  {inbox.previousUntil && (
                    <div class="soft">
                      two addresses until <Time at={inbox.previousUntil} />
                    </div>
                  )}
                </td>
                <td data-head="Signed by">
                  <InboxScheme inbox={inbox} />
                </td>
                <td class="wrap" data-head="Publishes">
                  <span class="soft">the type of the body, or </span>
                  <span class="mono">{inbox.defaultType}</span>
                </td>
                <td data-head="Created">
                  <Time at={inbox.createdAt} />
                </td>
                <td data-head="Changed">
                  <Time at={inbox.updatedAt} />
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      {creating && (
        <InboxDialog
          onSaved={async (saved) => {
            setCreating(false);
            if ('address' in saved) setCreated(saved);
            await cache.invalidateQueries({ queryKey: ['inboxes'] });
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </Page>
  );
}
