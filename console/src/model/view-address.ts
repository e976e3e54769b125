interface Saved {
  readonly search: string;
  readonly columns: readonly string[];
}

/** The screens whose URL is a view, and the parameters that narrow what each shows. */
export const SAVED_SCREENS = {
  invocations: 'q',
  undelivered: 'q',
  events: 'type',
  audit: 'operation',
} as const;

/** A screen of which views are saved. */
export type SavedScreen = keyof typeof SAVED_SCREENS;

/** The query of a page's URL as a view keeps it: columns are a field of their own. */
export function viewSearch(search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.delete('cols');
  return parameters.toString();
}

/** What narrows a view, for people; empty: it shows everything. */
export const viewQuery = (screen: SavedScreen, search: string): string =>
  new URLSearchParams(search).get(SAVED_SCREENS[screen]) ?? '';

/** Where the screen shows what was saved. */
export function viewAddress(screen: SavedScreen, { columns, search }: Saved): string {
  const parameters = new URLSearchParams(viewSearch(search));
  if (columns.length > 0) parameters.set('cols', columns.join());
  const text = parameters.toString();
  return `/console/${screen}${text === '' ? '' : `?${text}`}`;
}

/** Whether the page shows what was saved. A view without columns shows whatever a reader chose. */
export const isViewShown = (view: Saved, shown: Saved): boolean =>
  viewSearch(view.search) === viewSearch(shown.search) &&
  (view.columns.length === 0 || view.columns.join() === shown.columns.join());
