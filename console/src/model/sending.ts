/** How a job sends again: rows of ours, or archived ones. */
export type Sending = 'replay' | 'resend';

/** What it is called on a button, and in a sentence. */
export const SENDING: Readonly<Record<Sending, { readonly act: string; readonly does: string }>> = {
  replay: { act: 'Replay', does: 'replays' },
  resend: { act: 'Resend', does: 'resends' },
};
