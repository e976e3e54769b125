/** What caused an attempt: the event or its retry schedule, or a replay. */
export const TRIGGERS = ['schedule', 'manual'] as const;

export type Trigger = (typeof TRIGGERS)[number];
