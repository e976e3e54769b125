import { ensureBuilt } from './ensure-built.mjs';

// One process from here on: a signal that npm or a supervisor sends reaches the server itself.
await ensureBuilt('server');
await import('@hooktrail/server/main');
