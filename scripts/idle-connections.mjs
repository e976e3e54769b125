import { spawn } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';

// npm run idle-connections -- --minutes 10 --idle-seconds 2
// Runs server/src/deliver/idle-connections.test.ts for longer, at the pace of real traffic.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'idle-seconds': { type: 'string', default: '2' },
  },
});
const child = spawn('npx', ['vitest', 'run', 'server/src/deliver/idle-connections.test.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    HOOKTRAIL_TEST_IDLE_SECONDS: String(60 * Number(values.minutes)),
    HOOKTRAIL_TEST_IDLE_MS: String(1_000 * Number(values['idle-seconds'])),
  },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
