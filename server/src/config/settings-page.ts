import { SETTINGS } from './settings.ts';

/**
 * Generates `docs/settings.md`. A test compares the file with it, so the two cannot drift apart.
 */
export function settingsPage(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, byDefault, meaning }) => `| \`${name}\` | ${byDefault} | ${meaning} |`,
  );
  return `# Settings

Hooktrail reads its settings from the environment, once, at start. A variable that is set to the
empty string counts as absent. It refuses to start with a wrong value, a missing one or an unknown
name that begins with \`HOOKTRAIL_\`, with a message that lists all of them.

| Name | Default | Meaning |
|---|---|---|
${rows.join('\n')}

This page is generated from \`server/src/config/settings.ts\`: change it there, then run
\`npx vitest run server/src/config/config.test.ts -u\`.
`;
}
