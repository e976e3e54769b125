import type { SavedView, SavedViewInput } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useViews } from '../data/use-views.ts';
import {
  isViewShown,
  type SavedScreen,
  viewAddress,
  viewQuery,
  viewSearch,
} from '../model/view-address.ts';
import { Confirm } from './confirm.tsx';
import { Failure } from './failure.tsx';
import { ManageViews, type ViewAct } from './manage-views.tsx';
import { NameView } from './name-view.tsx';

/** More links than these are a list, which has a dialog. */
const SHOWN = 6;

type Asked =
  | { readonly act: 'save' | 'manage' }
  | { readonly act: ViewAct; readonly view: SavedView };

/** The saved views of a screen: opens them, and saves what is shown as one. */
export function SavedViews({
  screen,
  columns = [],
  enabled = true,
}: {
  screen: SavedScreen;
  /** Of a list whose columns a reader chooses. */
  columns?: readonly string[];
  /** Whether the screen has what matters more. */
  enabled?: boolean;
}) {
  const views = useViews(screen, enabled);
  const { url } = useLocation();
  const [asked, setAsked] = useState<Asked>();
  // From the first question mark: a query may have others.
  const shown = { search: viewSearch(url.replace(/^[^?]*/, '')), columns };
  const list = views.data ?? [];
  const query = viewQuery(screen, shown.search);
  const close = () => setAsked(undefined);
  const done = async (text: string) => {
    toast.value = { text };
    await cache.invalidateQueries({ queryKey: ['views'] });
  };
  const save = async (name: string) => {
    const { id } = await hooktrail.views.create({ name, screen, ...shown });
    await done(`The view ${name} is saved for everybody in the account.`);
    return id;
  };
  const replace = async ({ id, name }: SavedView, to: Omit<SavedViewInput, 'screen'>) => {
    await hooktrail.views.replace(id, { screen, ...to });
    await done(to.name === name ? `The view ${name} is replaced.` : `The view is now ${to.name}.`);
  };
  return (
    <>
      <nav class="row views" aria-label="Saved views">
        {list.slice(0, SHOWN).map((view) => (
          <a
            key={view.id}
            class="view-link"
            href={viewAddress(screen, view)}
            aria-current={isViewShown(view, shown) ? 'page' : undefined}
          >
            {view.name}
          </a>
        ))}
        {list.length > 0 && (
          <button
            type="button"
            class="button plain small"
            onClick={() => setAsked({ act: 'manage' })}
          >
            {list.length > SHOWN ? `All ${list.length} views` : 'Views'}
          </button>
        )}
        {mayAct.value && (
          <button
            type="button"
            class="button plain small"
            onClick={() => setAsked({ act: 'save' })}
          >
            Save this view
          </button>
        )}
      </nav>
      {views.error && (
        <Failure what="The saved views" error={views.error} onRetry={() => void views.refetch()} />
      )}
      {asked?.act === 'save' && (
        <NameView title="Save this view" act="Save the view" onName={save} onClose={close} />
      )}
      {asked?.act === 'manage' && (
        <ManageViews
          screen={screen}
          views={list}
          mayChange={mayAct.value}
          onAct={(act, view) => setAsked({ act, view })}
          onClose={close}
        />
      )}
      {asked?.act === 'rename' && (
        <NameView
          title={`Rename ${asked.view.name}`}
          act="Rename the view"
          name={asked.view.name}
          onName={(name) => replace(asked.view, { ...pick(asked.view), name })}
          onClose={close}
        />
      )}
      {asked?.act === 'replace' && (
        <Confirm
          title={`Replace ${asked.view.name}`}
          act="Replace 1 view"
          onAct={() => replace(asked.view, { ...shown, name: asked.view.name })}
          onClose={close}
        >
          <p class="wrap">
            Everybody in the account then sees what you see now under{' '}
            <strong>{asked.view.name}</strong>: {query === '' ? 'everything' : <code>{query}</code>}
            {columns.length > 0 &&
              `, with ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`}
            .
          </p>
        </Confirm>
      )}
      {asked?.act === 'delete' && (
        <Confirm
          title={`Delete ${asked.view.name}`}
          act="Delete 1 view"
          danger
          onAct={async () => {
            await hooktrail.views.delete(asked.view.id);
            await done(`The view ${asked.view.name} is deleted.`);
          }}
          onClose={close}
        >
          <p>Nobody in the account sees this view afterwards. Nothing else is deleted.</p>
        </Confirm>
      )}
    </>
  );
}

const pick = ({ columns, search }: SavedView) => ({ columns, search });
