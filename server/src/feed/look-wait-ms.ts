/** Between two looks while something happens. Each look costs some statements, for all readers. */
const BUSY_WAIT_MS = 50;

/** The same while the machine is full: a look costs a write for each reader too, and deliveries go first. */
const FULL_WAIT_MS = 200;

/**
 * A look should find no more than this then: some 400 KB for each reader, of the megabyte that may wait for
 * it.
 */
const FULL_ITEMS = 800;

/** What the last look found, and the time since the one before it. */
interface Look {
  readonly items: number;
  readonly spanMs: number;
}

/**
 * How long the feed waits at least before it looks again.
 *
 * @param isFull Whether the machine has no processor left.
 */
export function lookWaitMs(isFull: boolean, { items, spanMs }: Look): number {
  if (!isFull) return BUSY_WAIT_MS;
  const fillsMs = items === 0 ? FULL_WAIT_MS : (FULL_ITEMS * spanMs) / items;
  return Math.min(FULL_WAIT_MS, Math.max(BUSY_WAIT_MS, fillsMs));
}
