import { expect, it } from 'vitest';
import { readMigrations } from './read-migrations.ts';
import { splitStatements } from './split-statements.ts';

it.each([
  ['select 1; select 2;', ['select 1', 'select 2']],
  ['select 1', ['select 1']],
  [' -- a; b\n;', []],
  ['-- why; so\nselect 1 -- and; so\n;', ['-- why; so\nselect 1 -- and; so']],
  [`select 'a;b', 'it''s; so'; select 2`, [`select 'a;b', 'it''s; so'`, 'select 2']],
  ['select 1 as "a;b"; select 2', ['select 1 as "a;b"', 'select 2']],
  ['do $$ begin; end $$; select 2', ['do $$ begin; end $$', 'select 2']],
  ['do $x$ $$;$$ ; $x$; select $1', ['do $x$ $$;$$ ; $x$', 'select $1']],
  ['/* a; */ select 4 - 2 / 1; /* b; */', ['/* a; */ select 4 - 2 / 1']],
])('splits %j', (script, statements) => {
  expect(splitStatements(script)).toEqual(statements);
});

it('loses nothing of our migrations', async () => {
  for (const { sql } of await readMigrations(new URL('../../migrations/', import.meta.url))) {
    const bare = (text: string) => text.replaceAll(/--[^\n]*|[\s;]/g, '');
    expect(bare(splitStatements(sql).join(';'))).toBe(bare(sql));
  }
});
