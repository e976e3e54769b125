import type { AddressedInbox } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { formatDuration } from '../model/format-duration.ts';
import { INBOX_SCHEMES } from '../model/inbox-schemes.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { InboxAddress } from '../parts/inbox-address.tsx';
import { InboxDialog } from '../parts/inbox-dialog.tsx';
import { InboxScheme } from '../parts/inbox-scheme.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { RotateInbox } from '../parts/rotate-inbox.tsx';
import { SmallList } from '../parts/small-list.tsx';
import { Time } from '../parts/time.tsx';

/** One inbox: what it verifies, what it publishes, and what may be done. */
export function InboxScreen() {
  const { id = '' } = useRoute().params;
  // What was opened, typed or shown once belongs to this one: nothing of it stays for the next.
  return <OneInbox key={id} id={id} />;
}

function OneInbox({ id }: { readonly id: string }) {
  const { route } = useLocation();
  const inbox = useQuery({
    queryKey: ['inbox', id],
    queryFn: ({ signal }) => hooktrail.inboxes.get(id, { signal }),
  });
  const [asking, setAsking] = useState<'edit' | 'rotate' | 'delete'>();
  const [addressed, setAddressed] = useState<AddressedInbox>();
  const close = () => setAsking(undefined);
  const again = () => void inbox.refetch();
  if (inbox.data === undefined) {
    return (
      <Page title="Inbox">
        {inbox.error ? (
          <Failure what={`Inbox ${id}`} error={inbox.error} onRetry={again} />
        ) : (
          <Loading what="the inbox" />
        )}
        <p>
          <a href="/console/inboxes">All inboxes</a>
        </p>
      </Page>
    );
  }
  const found = inbox.data;
  const { idHeader, scheme, typeHeader } = found;
  const fresh = async () => {
    close();
    await cache.invalidateQueries({ queryKey: ['inbox', id] });
    await cache.invalidateQueries({ queryKey: ['inboxes'] });
  };
  return (
    <Page
      title={found.name}
      actions={
        mayAct.value && (
          <>
            <button type="button" class="button" onClick={() => setAsking('edit')}>
              Edit
            </button>
            <button type="button" class="button" onClick={() => setAsking('rotate')}>
              Replace the address
            </button>
            <button type="button" class="button danger" onClick={() => setAsking('delete')}>
              Delete
            </button>
          </>
        )
      }
    >
      {inbox.error && <Failure what="The inbox" error={inbox.error} onRetry={again} />}
      {addressed && (
        <InboxAddress
          name={addressed.name}
          address={addressed.address}
          onHide={() => setAddressed(undefined)}
        />
      )}
      <section class="card" aria-label="Facts">
        <header>
          <h2>Facts</h2>
        </header>
        <div class="body">
          <dl class="facts">
            <dt>Id</dt>
            <dd class="mono">{found.id}</dd>
            <dt>Address</dt>
            <dd>
              not stored: it is shown when it is made.{' '}
              {found.previousUntil && (
                <>
                  The one before is valid until <Time at={found.previousUntil} form="long" />.
                </>
              )}
            </dd>
            <dt>Signed by</dt>
            <dd>
              <InboxScheme inbox={found} />
              <div class="soft">{INBOX_SCHEMES[scheme]?.[1]}</div>
            </dd>
            {scheme !== 'none' && (
              <>
                <dt>Tolerance</dt>
                <dd>{formatDuration(found.toleranceSeconds * 1_000)} before or after now</dd>
              </>
            )}
            <dt>Event type</dt>
            <dd class="wrap">
              the field <code>type</code> of the body
              {typeHeader && (
                <>
                  , or the header <code>{typeHeader}</code>
                </>
              )}
              , or <code>{found.defaultType}</code>
            </dd>
            <dt>The same id again</dt>
            <dd>
              {scheme === 'none' && idHeader === undefined
                ? 'cannot be told: each request is published'
                : 'is the same event, for seven days'}
              {idHeader && (
                <>
                  , by the header <code>{idHeader}</code>
                </>
              )}
            </dd>
            <dt>Created</dt>
            <dd>
              <Time at={found.createdAt} form="long" />
            </dd>
            <dt>Changed</dt>
            <dd>
              <Time at={found.updatedAt} form="long" />
            </dd>
          </dl>
        </div>
      </section>
      <section class="card" aria-label="Recent invocations">
        <header>
          <h2 class="grow">Recent of its event type</h2>
          <a href={`/console/events?type=${encodeURIComponent(found.defaultType)}`}>
            Events of type {found.defaultType}
          </a>
        </header>
        <SmallList
          q={`type:${JSON.stringify(found.defaultType)}`}
          empty="No invocation of this type yet: a webhook must subscribe to it"
        />
      </section>
      {asking === 'edit' && <InboxDialog inbox={found} onSaved={fresh} onClose={close} />}
      {asking === 'rotate' && (
        <RotateInbox
          inbox={found}
          onRotated={async (rotated) => {
            setAddressed(rotated);
            await fresh();
          }}
          onClose={close}
        />
      )}
      {asking === 'delete' && (
        <Confirm
          title={`Delete ${found.name}`}
          act="Delete 1 inbox"
          danger
          typed={found.name}
          onAct={async () => {
            await hooktrail.inboxes.delete(id);
            toast.value = { text: `${found.name} is deleted.` };
            route('/console/inboxes');
            await cache.invalidateQueries({ queryKey: ['inboxes'] });
          }}
          onClose={close}
        >
          <p>
            Its {found.previousUntil ? '2 addresses are' : 'address is'} answered 404 from now on:
            senders that do not know it lose what they send. What it published stays. This cannot be
            undone.
          </p>
        </Confirm>
      )}
    </Page>
  );
}
