import type { Check } from './evidence.ts';

/** Attempts are numbered from 1 without gaps or doubles, and the invocation has their count. */
export const checkNumbers: Check = ({ trail }) => {
  const numbers = new Map<string, number[]>();
  for (const { invocationId, number } of trail.attempts) {
    const others = numbers.get(invocationId);
    if (others === undefined) numbers.set(invocationId, [number]);
    else others.push(number);
  }
  const broken: string[] = [];
  for (const { id, attemptsCount } of trail.invocations) {
    const found = (numbers.get(id) ?? []).sort((a, b) => a - b);
    numbers.delete(id);
    if (found.some((number, index) => number !== index + 1)) {
      broken.push(`${id} has attempts ${found.join(', ')}`);
    } else if (found.length !== attemptsCount) {
      broken.push(`${id} says ${attemptsCount} attempts and has ${found.length}`);
    }
  }
  for (const id of numbers.keys()) broken.push(`${id} has attempts and does not exist`);
  return broken;
};
