import { styleText } from 'node:util';

/** The style of a text. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The output of the demo, for people. */
export interface Screen {
  line(text?: string): void;
  /** Shows the progress of a step; on a terminal the next output replaces it. */
  progress(text: string): void;
  style(style: Style, text: string): string;
}

/** How often progress is written to an output that cannot be overwritten. */
const PROGRESS_EVERY_MS = 10_000;

/**
 * Writes to a stream. A terminal shows progress in one changing line, and colours unless `NO_COLOR`
 * or the type of terminal forbids them; other outputs get plain lines.
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
        // A wrapped line cannot be overwritten. Some terminals report no width.
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
