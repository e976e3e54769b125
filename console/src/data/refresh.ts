import { effect } from '@preact/signals';
import { cache } from './cache.ts';
import { now } from './now.ts';
import { Refresher } from './refresher.ts';

/** Of this page: one clock for all that its screen shows, and none while nobody can see it. */
export const refresh = new Refresher(cache.getQueryCache());

effect(() => refresh.tick(now.value));
