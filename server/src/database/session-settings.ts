/**
 * The settings of a session that runs our statements.
 *
 * Every statement is written for one plan: index ranges found from its parameters. Planning once
 * (`force_generic_plan`) saves planning over ten partitions on each call. Without `enable_*` the
 * planner would read a whole partition when it has no statistics, as at the start of a day. The
 * last two are PostgreSQL's defaults, which a role or a database may change: we read times in ISO
 * form, and statements wait for each other instead of failing.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  datestyle: 'ISO, MDY',
  default_transaction_isolation: 'read committed',
};
