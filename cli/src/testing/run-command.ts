import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How to run the command. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** In a pseudo-terminal: then standard error is part of the output, and lines end with CRLF. */
  readonly terminal?: boolean;
  /** Called when it runs. */
  readonly onStart?: (command: RunningCommand) => void;
  /** Called with everything that came so far, after each part. */
  readonly onOutput?: (output: string, command: RunningCommand) => void;
}

/** A command at work. */
export interface RunningCommand {
  type(text: string): void;
  interrupt(): void;
  /** Without a chance to clean up. */
  kill(): void;
}

/** How it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The objects of NDJSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into rows of every shape
  readonly rows: any[];
  /** The error object of standard error. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly error: any;
}

/** The real binary. */
export const BINARY = fileURLToPath(new URL('../../bin/hooktrail.js', import.meta.url));

/** Runs the real command to its end, over pipes or in a pseudo-terminal. */
export async function runCommand(
  args: readonly string[],
  { environment = {}, input, terminal = false, onStart, onOutput }: RunOptions = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(HOOKTRAIL_|ZENDESK_|XDG_|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    XDG_CONFIG_HOME: '/nonexistent/hooktrail',
    TERM: 'xterm',
    ...environment,
  };
  const line = [process.execPath, BINARY, ...args];
  const child: ChildProcessWithoutNullStreams = terminal
    ? // util-linux, which every Debian has: Node itself has no pseudo-terminals.
      spawn(
        'script',
        ['-qec', `stty cols 120 rows 40; ${line.map(quoted).join(' ')}`, '/dev/null'],
        {
          env,
        },
      )
    : spawn(line[0] as string, line.slice(1), { env });
  let stdout = '';
  let stderr = '';
  const command: RunningCommand = {
    type: (text) => child.stdin.write(text),
    interrupt: () => (terminal ? child.stdin.write('\u0003') : child.kill('SIGINT')),
    kill: () => child.kill('SIGKILL'),
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout + stderr, command);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onOutput?.(stdout + stderr, command);
  });
  child.stdin.on('error', () => undefined);
  if (!terminal) child.stdin.end(input ?? '');
  onStart?.(command);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    code,
    stdout,
    stderr,
    get rows() {
      return stdout.split('\n').flatMap((one) => (one === '' ? [] : [JSON.parse(one)]));
    },
    get error() {
      return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
    },
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
