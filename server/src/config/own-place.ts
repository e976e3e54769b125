/** What the process that supervises tells one that it starts. */
export interface OwnPlace {
  /** Counts from 1; the one that follows a process has its number. */
  readonly number: number;
  /** The prepared database. */
  readonly databaseUrl: string;
}

const NUMBER = '_HOOKTRAIL_PROCESS';
const DATABASE_URL = '_HOOKTRAIL_PROCESS_DATABASE_URL';

/** Whether this process is one of several behind a port; undefined: it is alone, or supervises them. */
export function ownPlace(env: Readonly<Record<string, string | undefined>>): OwnPlace | undefined {
  const [number, databaseUrl] = [env[NUMBER], env[DATABASE_URL]];
  return number === undefined || databaseUrl === undefined
    ? undefined
    : { number: Number(number), databaseUrl };
}

/** The variables by which `ownPlace` knows. They are no settings: nobody but us sets them. */
export function placeVariables({ databaseUrl, number }: OwnPlace): Record<string, string> {
  return { [NUMBER]: String(number), [DATABASE_URL]: databaseUrl };
}
