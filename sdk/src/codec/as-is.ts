import type { Untranslated } from './kind.ts';

/**
 * Text, numbers, and data: payloads, headers, an event's detail. The codec does not look inside, so
 * the keys of data keep their names and its `null`s stay.
 */
export const asIs: Untranslated = {};
