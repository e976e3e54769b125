import { SECOND_MS } from '../model/time-units.ts';

/** A node that was not heard for three beats is missing. */
export const SILENT_MS = 30 * SECOND_MS;
