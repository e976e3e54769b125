import { visibleText } from '../output/visible-text.ts';
import type { Context } from './context.ts';

/** Shows how far long work is. */
export interface Progress {
  /** Sets how much is done, and of how much if that is known. */
  at(done: number, total?: number, more?: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** A bar is drawn at most ten times a second, and a line is written every five seconds. */
const BAR_MS = 100;
const LINE_MS = 5_000;
const BAR_WIDTH = 24;

/** Creates a bar with rate and expected end on a terminal, and lines otherwise. */
export function createProgress(context: Context, things: string): Progress {
  const { terminal } = context;
  const started = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    at(done, total, more = '') {
      const now = performance.now();
      const isLast = total !== undefined && done >= total;
      if (now - shown < (terminal.showsWords ? BAR_MS : LINE_MS) && !isLast) return;
      // Short work is not worth a line of a log.
      if (!terminal.showsWords && shown === Number.NEGATIVE_INFINITY && !isLast) {
        shown = now;
        return;
      }
      shown = now;
      const rate = done / Math.max(0.001, (now - started) / 1_000);
      const facts = `${done}${total === undefined ? '' : ` of ${total}`} ${things}, ${rate.toFixed(0)}/s${endOf(done, total, rate)}${more}`;
      if (!terminal.showsWords) return context.note(facts, { done, total, rate });
      isDrawn = true;
      process.stderr.write(`\r\u001b[K${barOf(done, total)}${visibleText(facts)}`);
    },
    end() {
      if (isDrawn) process.stderr.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}

function barOf(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return '';
  const full = Math.min(BAR_WIDTH, Math.round((done / total) * BAR_WIDTH));
  return `[${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}] `;
}

function endOf(done: number, total: number | undefined, rate: number): string {
  if (total === undefined || done >= total || rate < 0.1) return '';
  const end = new Date(Date.now() + ((total - done) / rate) * 1_000);
  return `, ends about ${end.toTimeString().slice(0, 8)}`;
}
