import type { Check } from './evidence.ts';
import { isExhausted } from './exhausted.ts';
import { receivedIds } from './received.ts';

const WITHDRAWN = /^not sent: its job was /;

/** What is final was received, or exhausted; nothing stays due or leased. */
export const checkFinals: Check = ({ books, copies, trail }) => {
  const received = receivedIds(books);
  const broken: string[] = [];
  for (const row of trail.invocations) {
    const { id, status, reason } = row;
    if (row.leased) broken.push(`${id} is still leased`);
    else if (row.waits) broken.push(`${id} still waits as ${status}`);
    else if (status === 'success' && !received.has(id)) {
      broken.push(`${id} is a success and was never received`);
    } else if (row.webhookId === copies) {
      // A copy gets one attempt; none, if its job was paused or cancelled before.
      if (received.has(id) || (row.attemptsCount === 0 && WITHDRAWN.test(String(reason)))) continue;
      broken.push(`the copy ${id} ended as ${status} and was never received: ${reason}`);
    } else if (status !== 'success' && !isExhausted(row)) {
      broken.push(`${id} ended as ${status} after ${row.attemptsCount} attempts: ${reason}`);
    }
  }
  return broken;
};
