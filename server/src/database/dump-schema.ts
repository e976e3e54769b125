import pg from 'pg';

/** `migrate` creates this before the first migration, so it is not part of the schema. */
const NOT_OURS = ['migration'];
const HEADING = '-- Made from the migrations by "npm run schema"; do not edit.';

/**
 * Writes the schema of a database as SQL, from the catalogs: the embedded PostgreSQL has no
 * `pg_dump`, whose text also differs between major versions. The text depends on the schema alone:
 * the order is fixed, and it avoids everything that PostgreSQL 15 to 18 print differently. It omits
 * partitions, which change daily.
 *
 * @throws Error for an unknown kind of object, rather than omit it.
 */
export async function dumpSchema(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await refuseUnknownKinds(client);
    const parts: string[] = [];
    for (const sql of [TYPES, FUNCTIONS, TABLES, FOREIGN_KEYS, INDEXES, TRIGGERS]) {
      const { rows } = await client.query<{ text: string }>(sql, [NOT_OURS]);
      parts.push(...rows.map((row) => row.text));
    }
    return `${HEADING}\n\n${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

async function refuseUnknownKinds(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind not in ('r', 'p', 'i', 'I', 't')
    union
    select typname from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('d', 'r', 'm')
    order by name`);
  if (rows.length === 0) return;
  throw new Error(`dump-schema.ts does not support: ${rows.map((row) => row.name).join(', ')}`);
}

/** Every query takes the tables to omit as $1, even if it lists no tables. */
const TYPES = `
  select format(e'create type %I as enum (\\n%s\\n);', typname,
      (select string_agg(format('  %L', enumlabel), e',\\n' order by enumsortorder)
       from pg_enum where enumtypid = pg_type.oid)) as text
  from pg_type
  where typnamespace = 'public'::regnamespace and typtype = 'e' and typname <> all ($1::text[])
  order by typname`;

const FUNCTIONS = `
  select pg_get_functiondef(oid) || ';' as text
  from pg_proc
  where pronamespace = 'public'::regnamespace and proname <> all ($1::text[])
    and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
  order by proname, pg_get_function_identity_arguments(oid)`;

const TABLES = `
  with line as (
    select attrelid as table_id, 1 as block, attnum::text as name, attnum as position,
      format('%I %s', attname, format_type(atttypid, atttypmod))
        || case when attcollation <> typcollation
             then ' collate ' || attcollation::regcollation::text else '' end
        || case attgenerated
             when 's' then format(' generated always as (%s) stored', pg_get_expr(adbin, adrelid))
             else coalesce(' default ' || pg_get_expr(adbin, adrelid), '') end
        || case when attnotnull then ' not null' else '' end as text
    from pg_attribute
    join pg_type on pg_type.oid = atttypid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped
    union all
    select conrelid, 2, conname, 0,
      format('constraint %I %s', conname, pg_get_constraintdef(oid))
    from pg_constraint
    where contype in ('p', 'u', 'c', 'x')
  )
  select format(e'create table %I (\\n%s\\n)%s%s;', relname,
      string_agg('  ' || line.text, e',\\n' order by block, position, name collate "C"),
      case when relkind = 'p' then ' partition by ' || pg_get_partkeydef(pg_class.oid)
        else '' end,
      coalesce(e'\\nwith (' || array_to_string(reloptions, ', ') || ')', '')) as text
  from pg_class
  join line on line.table_id = pg_class.oid
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    and relname <> all ($1::text[])
  group by pg_class.oid
  order by relname`;

const FOREIGN_KEYS = `
  select format('alter table %I add constraint %I %s;', relname, conname,
      pg_get_constraintdef(pg_constraint.oid)) as text
  from pg_constraint
  join pg_class on pg_class.oid = conrelid
  where connamespace = 'public'::regnamespace and contype = 'f' and conparentid = 0
    and not relispartition and relname <> all ($1::text[])
  order by relname, conname`;

const INDEXES = `
  select replace(pg_get_indexdef(index.oid), ' ON ONLY ', ' ON ') || ';' as text
  from pg_index
  join pg_class as index on index.oid = indexrelid
  join pg_class as owner on owner.oid = indrelid
  where owner.relnamespace = 'public'::regnamespace and not owner.relispartition
    and owner.relname <> all ($1::text[])
    and not exists (select from pg_constraint where conindid = indexrelid and contype <> 'f')
  order by owner.relname, index.relname`;

const TRIGGERS = `
  select pg_get_triggerdef(pg_trigger.oid) || ';' as text
  from pg_trigger
  join pg_class on pg_class.oid = tgrelid
  where relnamespace = 'public'::regnamespace and not tgisinternal and not relispartition
    and relname <> all ($1::text[])
  order by relname, tgname`;
