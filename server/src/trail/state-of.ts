interface Recorded {
  readonly due_at: Date | null;
  readonly leased: boolean;
}

/** Whether an invocation waits, is being sent, or has ended: a state of the query language. */
export function stateOf(
  { due_at: dueAt, leased }: Recorded,
  nowMs: number,
): 'waiting' | 'in flight' | 'final' {
  if (dueAt === null) return 'final';
  return leased && dueAt.getTime() > nowMs ? 'in flight' : 'waiting';
}
