/** The signals of supervisors and terminals that ask a program to end. */
export const STOPPING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;
