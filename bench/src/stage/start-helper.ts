import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Reply, Request } from '../helpers/messages.ts';
import type { Commands } from '../helpers/serve.ts';

/** A process of the bench that runs commands. */
export interface Helper<C> {
  readonly pid: number;
  /** Runs a command in it; rejects when the command fails or the process ends. */
  call<Name extends keyof C & string>(
    name: Name,
    argument: C[Name] extends (argument: infer A) => unknown ? A : never,
  ): Promise<C[Name] extends (argument: never) => Promise<infer V> ? V : never>;
  stop(): Promise<void>;
}

/** Forks `helpers/NAME.js`. */
export function startHelper<C extends Commands<C>>(name: string): Helper<C> {
  const path = fileURLToPath(new URL(`../helpers/${name}.js`, import.meta.url));
  const child = fork(path, { serialization: 'advanced' });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const ended = once(child, 'exit');
  let lastId = 0;

  child.on('message', (message) => {
    const { id, value, error } = message as Reply;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value as never);
    else call?.reject(new Error(`${name}: ${error}`));
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} has ended`));
    waiting.clear();
  });

  return {
    pid: child.pid as number,
    call: (command, argument) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        const request: Request = { id, name: command, argument };
        child.send(request, (error) => {
          if (error !== null) reject(error);
        });
      }),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
