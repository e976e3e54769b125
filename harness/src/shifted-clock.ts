import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('../preload/shifted-clock.mjs', import.meta.url));

/** How wrong a clock is. */
interface Shift {
  /** Positive values are ahead of the true time. */
  readonly shiftMs: number;
  /** Added when the process gets SIGUSR2; it then logs `the clock jumped`. */
  readonly jumpMs?: number;
}

/** The environment that gives a Node process a wrong clock. */
export function shiftedClock({ shiftMs, jumpMs = 0 }: Shift): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    TEST_CLOCK_SHIFT_MS: String(shiftMs),
    TEST_CLOCK_JUMP_MS: String(jumpMs),
  };
}
