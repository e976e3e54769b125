import { signal } from '@preact/signals';

/** What an act did, or why it did not; the latest only. */
export const toast = signal<{ readonly text: string; readonly bad?: boolean } | undefined>(
  undefined,
);
