import type { SavedView } from '@hooktrail/sdk/hooktrail';
import { type SavedScreen, viewAddress, viewQuery } from '../model/view-address.ts';
import { Dialog } from './dialog.tsx';
import { Time } from './time.tsx';

/** What may be done to a view. */
export type ViewAct = 'rename' | 'replace' | 'delete';

/** All views of a screen, with what may be done to each. */
export function ManageViews({
  screen,
  views,
  mayChange,
  onAct,
  onClose,
}: {
  screen: SavedScreen;
  views: readonly SavedView[];
  mayChange: boolean;
  onAct: (act: ViewAct, view: SavedView) => void;
  onClose: () => void;
}) {
  const acts = [
    ['rename', 'Rename'],
    ['replace', 'Replace'],
    ['delete', 'Delete'],
  ] as const;
  return (
    <Dialog title="Saved views" onClose={onClose}>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th>View</th>
              <th>Query</th>
              <th>Changed</th>
              {mayChange && (
                <th>
                  <span class="sr">Acts</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {views.map((view) => (
              <tr key={view.id}>
                <td class="wrap">
                  <a href={viewAddress(screen, view)} onClick={onClose}>
                    {view.name}
                  </a>
                </td>
                <td class="wrap mono" data-head="Query">
                  {viewQuery(screen, view.search)}
                </td>
                <td data-head="Changed">
                  <Time at={view.updatedAt} />
                </td>
                {mayChange && (
                  <td class="nowrap">
                    {acts.map(([act, label]) => (
                      <button
                        key={act}
                        type="button"
                        class="button plain small"
                        aria-label={`${label} the view ${view.name}`}
                        onClick={() => onAct(act, view)}
                      >
                        {label}
                      </button>
                    ))}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
