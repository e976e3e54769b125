/**
 * A run of so many minutes, times its nodes, must have had so many deaths while its backlog waited:
 * once an invocation was given up unsent when it had lost 21 leases.
 */
export const ENOUGH_DEATHS = { nodeMinutes: 20, deaths: 22 } as const;
