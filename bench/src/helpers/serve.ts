import type { Reply, Request } from './messages.ts';

/** The commands of a helper process: each takes one argument and answers once. */
export type Commands<C> = { readonly [Name in keyof C]: Command };

type Command = (argument: never) => Promise<unknown>;

/** Answers the commands of the process that forked this one, and ends with it. */
export function serve<C extends Commands<C>>(commands: C): void {
  process.on('message', ({ id, name, argument }: Request) => {
    const command: Command = commands[name as keyof C];
    const reply = (message: Reply) => process.send?.(message);
    command(argument as never).then(
      (value) => reply({ id, value }),
      (error: unknown) => reply({ id, error: error instanceof Error ? error.stack : `${error}` }),
    );
  });
  // Ctrl-C reaches the whole group, but the process that forked this one decides when it ends.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(0));
}
