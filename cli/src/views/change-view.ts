import { view } from '../output/view.ts';

/** What an import changes. */
export const changeView = view('name', [['action', 'text'], 'kind', 'name', 'fields']);
