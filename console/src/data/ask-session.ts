import { link } from './link.ts';
import { readSession } from './read-session.ts';
import { session } from './session.ts';

/** Asks the node who is signed in, and notes it. */
export async function askSession(): Promise<void> {
  try {
    session.value = await readSession();
  } catch {
    link.value = 'lost';
  }
}
