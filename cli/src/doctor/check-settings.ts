import type { Check, Finding } from './finding.ts';

/** The settings of the environment, and the database that they name. */
export const checkSettings: Check = async function* ({ terminal }) {
  const { readConfig } = await import('@hooktrail/server/read-config');
  let databaseUrl: string | undefined;
  try {
    ({ databaseUrl } = readConfig(terminal.environment));
    yield { check: 'settings', state: 'ok', message: 'the settings of the environment are valid' };
  } catch (error) {
    yield {
      check: 'settings',
      state: 'problem',
      message: oneLine((error as Error).message),
      next: 'docs/settings.md lists every setting and its values',
    };
    return;
  }
  if (databaseUrl !== undefined) yield await ofDatabase(databaseUrl);
};

async function ofDatabase(url: string): Promise<Finding> {
  const { checkDatabase } = await import('@hooktrail/server/check-database');
  try {
    await checkDatabase(url);
    return {
      check: 'database',
      state: 'ok',
      message: 'version, encoding, rights and sessions are as a node needs them',
    };
  } catch (error) {
    const { explainDatabaseError } = await import('@hooktrail/server/explain-database-error');
    const message = explainDatabaseError(error, url) ?? (error as Error).message;
    return { check: 'database', state: 'problem', message: oneLine(message) };
  }
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
