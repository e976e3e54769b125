import { useEffect, useState } from 'preact/hooks';
import { cache } from './cache.ts';

const isAnswered = () =>
  cache
    .getQueryCache()
    .getAll()
    .some(({ state }) => state.status !== 'pending');

/** Whether the screen has its first answer: what only stands beside it asks for nothing before. */
export function useFirstAnswer(): boolean {
  const [answered, setAnswered] = useState(isAnswered);
  useEffect(() => {
    if (answered) return undefined;
    return cache.getQueryCache().subscribe(() => setAnswered(isAnswered()));
  }, [answered]);
  return answered;
}
