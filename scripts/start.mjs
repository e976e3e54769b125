import { ensureBuilt } from './ensure-built.mjs';

// The server ignores them too. Without a listener, SIGUSR1 opens Node's debugger.
for (const signal of ['SIGUSR1', 'SIGUSR2']) process.on(signal, () => undefined);

// Imported, not spawned: a signal from npm or a supervisor reaches the server itself.
await ensureBuilt('server');
await import('@hooktrail/server/main');
