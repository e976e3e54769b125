/** How a command ends. docs/cli.md documents them, and they do not change. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  credentials: 4,
  refused: 5,
  network: 6,
  partly: 7,
  interrupted: 130,
} as const;

/** A documented exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each of them means, for the help and the documentation. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'failed: the command did its work, and what it looked at is not well'],
  [EXIT.usage, 'wrong usage: nothing was sent that changes something'],
  [EXIT.notFound, 'not found'],
  [EXIT.credentials, 'no valid token, or its role does not allow this'],
  [EXIT.refused, 'the server refused the input, or it conflicts with what is stored'],
  [EXIT.network, 'no answer, a time-out, or the server has too much to do: safe to repeat'],
  [EXIT.partly, 'partly done: the output says what was not'],
  [EXIT.interrupted, 'interrupted by Ctrl-C'],
];
