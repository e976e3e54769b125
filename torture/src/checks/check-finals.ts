import type { Check } from './evidence.ts';
import { isExhausted } from './exhausted.ts';
import { receivedIds } from './received.ts';

/** What is final was received, or exhausted; nothing stays due or leased. */
export const checkFinals: Check = ({ books, trail }) => {
  const received = receivedIds(books);
  const broken: string[] = [];
  for (const row of trail.invocations) {
    const { id, status, reason } = row;
    if (row.leased) broken.push(`${id} is still leased`);
    else if (row.waits) broken.push(`${id} still waits as ${status}`);
    else if (status === 'success' && !received.has(id)) {
      broken.push(`${id} is a success and was never received`);
    } else if (status !== 'success' && !isExhausted(row)) {
      broken.push(`${id} ended as ${status} after ${row.attemptsCount} attempts: ${reason}`);
    }
  }
  return broken;
};
