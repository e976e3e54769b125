import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** One process of a node. */
export interface NodeProcess {
  readonly pid: number;
  /** True from its first "hooktrail is up". */
  readonly up: boolean;
  /** How it ended, while undefined not yet. */
  readonly end: string | undefined;
  readonly ended: Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Its last words. */
  tail(): string;
}

interface Options {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Told of each error that it logs. */
  readonly onError: (message: string) => void;
}

const KEPT_LINES = 20;

export function startNodeProcess({ program, env, onError }: Options): NodeProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKTRAIL_'));
  const child = spawn(process.execPath, [program], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C goes to the run alone, which ends the nodes.
    detached: true,
  });
  const lines: string[] = [];
  let up = false;
  let end: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const whole = (rest + text).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        if (line.includes('"msg":"hooktrail is up"')) up = true;
        if (/^\{"level":[56]0/.test(line)) onError(messageOf(line));
        lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
      }
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    end = (signal as string | null) ?? `exit status ${code}`;
    return end;
  });
  return {
    pid: child.pid as number,
    get up() {
      return up;
    },
    get end() {
      return end;
    },
    ended,
    signal: (name) => {
      child.kill(name);
    },
    tail: () => lines.join('\n'),
  };
}

/** What happened and why, without the stack. */
function messageOf(line: string): string {
  const { err, msg } = JSON.parse(line) as { err?: { message: string }; msg: string };
  return err === undefined ? msg : `${msg}: ${err.message}`;
}
