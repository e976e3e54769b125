import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a process ended: its exit status, the signal that ended it, or why it could not be started.
 */
export type End = number | string;

/** A line that a node logged as a warning or worse. */
export interface LoggedProblem {
  /** As pino numbers levels: 40 is a warning, 50 an error, 60 fatal. */
  readonly level: number;
  /** What happened and why, without the stack. */
  readonly message: string;
  readonly line: string;
}

/** How to run a node. */
export interface NodeOptions {
  /** What Node runs: the path of the built server. */
  readonly program: string;
  /** Its settings. None comes from the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Flags of Node, before the program. */
  readonly flags?: readonly string[];
  /** A command that ends by becoming the one that follows it. */
  readonly wrapper?: readonly string[];
  /** Gives it a process group, so that Ctrl-C in a terminal reaches this process alone. */
  readonly ownGroup?: boolean;
  /** How many lines `output` keeps, the last ones; all by default. */
  readonly keptLines?: number;
  readonly onProblem?: (problem: LoggedProblem) => void;
}

/** A node that listens. */
export type RunningNode = NodeProcess & { readonly url: string };

/** Longer than the last bytes of a process take through the pipes. */
const LAST_BYTES_MS = 2_000;

/**
 * The real server as a separate process:
 *
 * `starting` -> `up` -> `ended`, or `starting` -> `ended`
 *
 * By default it listens on a free port in one process and may deliver to 127.0.0.0/8; `env` overrides all.
 */
export class NodeProcess {
  /** True when it listens; false when it ended before. */
  readonly up: Promise<boolean>;
  /** Resolves when it has ended and its output was read. */
  readonly ended: Promise<End>;
  readonly #child: ChildProcess;
  readonly #options: NodeOptions;
  readonly #lines: string[] = [];
  #url: string | undefined;
  #end: End | undefined;

  constructor(options: NodeOptions) {
    const { program, flags = [], wrapper = [], env, ownGroup = false } = options;
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:HOOKTRAIL|OTEL)_/.test(name),
    );
    const [command = '', ...args] = [...wrapper, process.execPath, ...flags, program];
    this.#options = options;
    this.#child = spawn(command, args, {
      env: {
        ...Object.fromEntries(inherited),
        HOOKTRAIL_PORT: '0',
        // On any machine, unless a test or a run asks for more.
        HOOKTRAIL_PROCESSES: '1',
        HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
    });
    this.ended = this.#untilEnd();
    this.up = new Promise((resolve) => {
      this.#readLines(() => resolve(true));
      void this.ended.then(() => resolve(false));
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Where it listens; undefined while it is starting. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Undefined while it runs. */
  get end(): End | undefined {
    return this.#end;
  }

  /** The lines of standard output and standard error, as far as they were kept. */
  output(): string {
    return this.#lines.join('\n');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it and what it left running in its process group; it must have one. */
  killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Resolves to its end, or to undefined when it still runs after this time. */
  async endsWithin(ms: number): Promise<End | undefined> {
    const patience = new AbortController();
    const late = sleep(ms, undefined, { signal: patience.signal }).catch(() => undefined);
    const end = await Promise.race([this.ended, late]);
    patience.abort();
    return end;
  }

  async #untilEnd(): Promise<End> {
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    let end: End;
    try {
      const [code, signal] = await once(this.#child, 'exit');
      end = code ?? signal;
    } catch (error) {
      end = (error as Error).message;
    }
    // Children that outlive it may keep the pipes open for ever.
    await Promise.race([closed, sleep(LAST_BYTES_MS, undefined, { ref: false })]);
    this.#end = end;
    return end;
  }

  #readLines(onUp: () => void): void {
    const { keptLines = Number.POSITIVE_INFINITY, onProblem } = this.#options;
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > keptLines) this.#lines.shift();
        const url = /"url":"([^"]+)"(?:,"metrics_url":"[^"]+")?,"msg":"hooktrail is up"/.exec(
          line,
        )?.[1];
        if (url !== undefined) {
          this.#url = url;
          onUp();
        }
        if (onProblem !== undefined && /^\{"level":[456]0/.test(line)) onProblem(problemOf(line));
      });
    }
  }
}

/**
 * Starts a node and waits until it listens.
 *
 * @throws Error with its output when it ends before.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const node = new NodeProcess(options);
  if (await node.up) return node as RunningNode;
  throw new Error(`the server did not start (${describeEnd(await node.ended)}):\n${node.output()}`);
}

/** Such as `exit status 1` or `SIGKILL`. */
export function describeEnd(end: End): string {
  return typeof end === 'number' ? `exit status ${end}` : end;
}

function problemOf(line: string): LoggedProblem {
  const { err, level, msg } = JSON.parse(line) as {
    err?: { message: string };
    level: number;
    msg: string;
  };
  return { level, message: err === undefined ? msg : `${msg}: ${err.message}`, line };
}
