import picocolors from 'picocolors';

/** When to colour the output. */
export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;

/** The functions that colour texts, or leave them as they are. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** The colours of a stream: by `--color`, then NO_COLOR, then whether it is a terminal. */
export function coloursOf(
  choice: (typeof COLOUR_CHOICES)[number],
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): Colours {
  // https://no-color.org: "when present and not an empty string (regardless of its value)".
  const wanted = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb' && isTerminal;
  return picocolors.createColors(choice === 'auto' ? wanted : choice === 'always');
}

const GOOD = new Set(['success', 'active', 'done', 'final', 'closed', 'ok']);
const BAD = new Set([
  ...['failed', 'timeout', 'client error', 'server error', 'terminated', 'unknown'],
  ...['stopped', 'cancelled', 'open', 'suspended', 'gap', 'skipped'],
]);

/** A status in its colour: what is well in green, what failed in red, what waits in yellow. */
export function colourStatus(status: string, text: string, colours: Colours): string {
  if (GOOD.has(status)) return colours.green(text);
  return BAD.has(status) ? colours.red(text) : colours.yellow(text);
}
