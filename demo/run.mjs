import { once } from 'node:events';
import { createServer } from 'node:net';
import { ensureBuilt } from '../scripts/ensure-built.mjs';

// Plain JavaScript without dependencies: it runs in a fresh clone before anything is installed.

const USAGE = `Usage: npm run demo -- [--exit] [--port N]

  --exit     end after showing everything, with status 0 if all was as expected
  --port N   port of the server, 4400 by default; 0 takes any free port`;

const options = readOptions(process.argv.slice(2));
// Before the installation, so that a taken port is reported without waiting for it.
options.port = await takePort(options.port);
await ensureBuilt('demo');
const { runDemo } = await import('./dist/run-demo.js');
process.exitCode = await runDemo(options);

function readOptions(args) {
  const options = { exit: false, port: 4400 };
  for (let index = 0; index < args.length; index++) {
    const [name, value = name === '--port' ? args[++index] : undefined] = args[index].split('=');
    if (name === '--exit') options.exit = true;
    else if (name === '--port' && /^\d{1,5}$/.test(value) && value < 65_536) {
      options.port = Number(value);
    } else if (name === '--help') {
      console.log(USAGE);
      process.exit(0);
    } else {
      console.error(`The demo cannot run with "${args.join(' ')}".\n\n${USAGE}`);
      process.exit(1);
    }
  }
  return options;
}

/** Makes sure that the server can listen on the port. 0 is left to the server: what is free now may be taken then. */
async function takePort(port) {
  if (port === 0) return port;
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    const reasons = {
      EADDRINUSE: 'is taken by another program',
      EACCES: 'needs rights that this user does not have',
    };
    console.error(
      `Port ${port} of 127.0.0.1 ${reasons[error.code] || `cannot be used (${error.message})`}. ` +
        'Choose another one: npm run demo -- --port 4500',
    );
    process.exit(1);
  }
  await once(server.close(), 'close');
  return port;
}
