import { readFileSync } from 'node:fs';

/** The version of this package. */
function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const argv = process.argv.slice(2);
const [first] = argv;
if (argv.length === 1 && (first === '--version' || first === '-V')) {
  // Scripts ask for it often, and it needs nothing.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0);
    const message = `standard output cannot be written (${code})`;
    const error = { code: 'OutputClosed', message, exit_code: 1 };
    process.stderr.write(`${JSON.stringify({ error })}\n`);
    process.exit(1);
  });
  process.stdout.write(`${ownVersion()}\n`);
} else {
  const { run } = await import('./run.ts');
  await run(argv, ownVersion());
}
