import type { Check } from './evidence.ts';

/** Rollups equal the trail: attempts, and what is final, by webhook and status. */
export const checkCounts: Check = ({ counts, trail }) => {
  const webhookOf = new Map<string, string>();
  const stored = new Map<string, { attempts: number; finals: number }>();
  const of = (webhookId: string | undefined, status: string) => {
    const key = `${webhookId} ${status}`;
    const one = stored.get(key) ?? { attempts: 0, finals: 0 };
    stored.set(key, one);
    return one;
  };
  for (const { id, status, waits, webhookId } of trail.invocations) {
    webhookOf.set(id, webhookId);
    if (!waits) of(webhookId, status).finals++;
  }
  for (const { invocationId, status } of trail.attempts) {
    of(webhookOf.get(invocationId), status).attempts++;
  }
  const broken: string[] = [];
  for (const { attempts, finals, status, webhookId } of counts) {
    const { attempts: storedAttempts, finals: storedFinals } = of(webhookId, status);
    stored.delete(`${webhookId} ${status}`);
    if (attempts === storedAttempts && finals === storedFinals) continue;
    broken.push(
      `${webhookId} has ${attempts} attempts and ${finals} final invocations as ${status} by its counts, and ${storedAttempts} and ${storedFinals} are stored`,
    );
  }
  for (const [key, { attempts, finals }] of stored) {
    if (attempts + finals > 0)
      broken.push(`${key} has no counts, and ${attempts} attempts are stored`);
  }
  return broken;
};
