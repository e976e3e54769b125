/**
 * The settings of a session that runs our statements.
 *
 * Every statement is written for one plan: index ranges found from its parameters. Planning once
 * (`force_generic_plan`) saves planning over ten partitions on each call. Without `enable_*` the
 * planner would read a whole partition when it has no statistics, as at the start of a day. With
 * incremental sorts it would walk the primary key of invocations, webhook by webhook, although
 * another index has the order asked for: `find-due-webhooks` read 2,436 rows instead of 42. With
 * sorts it would read and sort all that an index has for the first row of its order, as soon as
 * statistics are of a time when that was little: the sweep of a lane whose 84 webhooks had a backlog
 * took 590 ms, and the sweeps kept both cores of a machine busy. A sort that no index spares is still
 * done.
 *
 * The rest are PostgreSQL's defaults, which a role or a database may change: we read times in ISO form,
 * statements wait for each other instead of failing, and a timeout of the role does not end them, for
 * an outcome that it refused would not be recorded. The pool gives up a statement after 20 s itself.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_incremental_sort: 'off',
  enable_sort: 'off',
  jit: 'off',
  datestyle: 'ISO, MDY',
  default_transaction_isolation: 'read committed',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};
