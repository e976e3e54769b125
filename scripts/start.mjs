import { ensureBuilt } from './ensure-built.mjs';

// Imported, not spawned: a signal from npm or a supervisor reaches the server itself.
await ensureBuilt('server');
await import('@hooktrail/server/main');
