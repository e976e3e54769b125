import type { Reply, Request } from './messages.ts';

/** What a helper process can do: each command takes one argument and answers once. */
export type Commands<C> = { readonly [Name in keyof C]: Command };

type Command = (argument: never) => Promise<unknown>;

/** Makes this process answer commands of the process that forked it, and end when that one does. */
export function serve<C extends Commands<C>>(commands: C): void {
  process.on('message', ({ id, name, argument }: Request) => {
    const command: Command = commands[name as keyof C];
    const reply = (message: Reply) => process.send?.(message);
    command(argument as never).then(
      (value) => reply({ id, value }),
      (error: unknown) => reply({ id, error: error instanceof Error ? error.stack : `${error}` }),
    );
  });
  // Ctrl-C reaches the whole group; the process that forked this one says when it is to end.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(0));
}
