import { view } from '../output/view.ts';

/** Nodes, and how busy they are. */
export const nodeView = view(
  'id',
  [
    'state',
    'address',
    'version',
    ['started_at', 'time', 'STARTED'],
    ['seen_at', 'time', 'SEEN'],
    ['load.cpu', 'number', 'CPU'],
    ['load.requests', 'number', 'REQUESTS'],
    ['lag_ms', 'number', 'LAG MS'],
  ],
  [
    'id',
    'host',
    ['load.event_loop', 'number', 'EVENT LOOP'],
    ['load.memory_bytes', 'number', 'MEMORY'],
    ['load.places', 'number', 'PLACES'],
    ['load.places_limit', 'number', 'PLACES LIMIT'],
  ],
);
