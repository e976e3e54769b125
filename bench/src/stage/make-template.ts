import { rm } from 'node:fs/promises';
import { fillOldDays } from './fill-old-days.ts';
import { startPlace } from './start-place.ts';
import { untilFiltered } from './until-filtered.ts';

/** The folder of a server that has stopped: its trail has old days. */
export interface Template {
  readonly dir: string;
  remove(): Promise<void>;
}

/** Makes a folder for servers to begin with a copy of, which takes seconds instead of a minute. */
export async function makeTemplate(old: Parameters<typeof fillOldDays>[1]): Promise<Template> {
  const place = await startPlace({});
  let dir: string;
  try {
    await fillOldDays(place, old);
    await untilFiltered(place, old.days);
    await place.trail.close();
    dir = await place.hooktrail.stopAndKeep();
  } catch (error) {
    await place.stop();
    throw error;
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
