import { styleText } from 'node:util';

/** How a piece of text is shown. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where the demo writes for people. */
export interface Screen {
  line(text?: string): void;
  /** Shows how a step that takes time is getting on; the next line takes its place. */
  progress(text: string): void;
  style(style: Style, text: string): string;
}

/** Where nothing can be overwritten, a line as often as this says enough. */
const PROGRESS_EVERY_MS = 10_000;

/**
 * Writes to a stream. On a terminal, progress is one line that changes, and there are colours unless
 * `NO_COLOR` or the kind of terminal forbid them; elsewhere there are plain lines.
 */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  const colours = stream.isTTY && stream.hasColors();
  let unfinished = false;
  let nextProgressMs = 0;
  return {
    line(text = '') {
      stream.write(unfinished ? `\r\u001B[K${text}\n` : `${text}\n`);
      unfinished = false;
      nextProgressMs = 0;
    },
    progress(text) {
      if (stream.isTTY) {
        // A line that wraps cannot be overwritten. Some terminals do not tell their width.
        stream.write(`\r\u001B[K${text.slice(0, (stream.columns || 80) - 1)}`);
        unfinished = true;
      } else if (Date.now() >= nextProgressMs) {
        stream.write(`${text}\n`);
        nextProgressMs = Date.now() + PROGRESS_EVERY_MS;
      }
    },
    style: (style, text) => (colours ? styleText(style, text) : text),
  };
}
