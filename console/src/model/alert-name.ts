import { ALERT_KINDS } from './alert-kinds.ts';

/** A kind in words; that of a later version as it is. */
export const alertName = (kind: string): string => ALERT_KINDS[kind]?.name ?? kind;
