// `npm run console`: the console with hot reload, against a node that runs already. HOOKTRAIL_URL
// names the node; by default it is the one that `npm start` and `npm run demo` start.
import { ensureBuilt } from '../../scripts/ensure-built.mjs';

await ensureBuilt('sdk');
const { createServer } = await import('vite');
const server = await createServer({
  configFile: new URL('../vite.config.ts', import.meta.url).pathname,
});
await server.listen();
server.printUrls();
console.log('  Sign in with a token of the node; the browser keeps it until you sign out.\n');
