import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { visibleText } from '../output/visible-text.ts';

/**
 * Asks on standard error, because standard output is data. `hidden` does not show what is typed, for
 * tokens.
 *
 * @throws the reason of the signal, and CommandFailure at the end of the input
 */
export async function ask(question: string, signal: AbortSignal, hidden = false): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
  });
  // After readline has taken the echo of the terminal away: a token is pasted at once.
  process.stderr.write(visibleText(question));
  try {
    return await new Promise<string>((resolve, reject) => {
      const interrupt = (): void => reject(signal.reason);
      if (signal.aborted) interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      lines.once('line', resolve);
      // In its raw mode the terminal sends Ctrl-C as a character, which readline turns into an event.
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      lines.once('close', () => {
        const end = { exitCode: EXIT.failed, code: 'Declined' } as const;
        reject(new CommandFailure('the input ended before the answer: nothing was done', end));
      });
    });
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
