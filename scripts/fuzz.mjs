import { spawn } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';

// npm run fuzz -- --requests 100000 --seed 1
// Runs server/src/api/fuzz.test.ts with any number of requests.
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const child = spawn('npx', ['vitest', 'run', 'server/src/api/fuzz.test.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    HOOKTRAIL_TEST_FUZZ_REQUESTS: values.requests,
    HOOKTRAIL_TEST_FUZZ_SEED: values.seed,
  },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
