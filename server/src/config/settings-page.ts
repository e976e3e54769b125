import { OTEL_SETTINGS } from './otel-settings.ts';
import { SETTINGS } from './settings.ts';

/**
 * Generates `docs/settings.md`. A test compares the file with it, so the two cannot drift apart.
 */
export function settingsPage(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, byDefault, meaning }) => `| \`${name}\` | ${byDefault} | ${meaning} |`,
  );
  const otel = OTEL_SETTINGS.map(
    ({ name, byDefault, meaning }) => `| \`${name}\` | ${byDefault} | ${meaning} |`,
  );
  return `# Settings

Hooktrail reads its settings from the environment, once, at start. A variable that is set to the
empty string counts as absent. It refuses to start with a wrong value, a missing one or an unknown
name that begins with \`HOOKTRAIL_\`, with a message that lists all of them.

| Name | Default | Meaning |
|---|---|---|
${rows.join('\n')}

## Traces

Traces are switched on by the variables of OpenTelemetry, which many programs obey: by
\`OTEL_TRACES_EXPORTER\`, or by one of the endpoints. See [traces.md](traces.md). Of wrong values Hooktrail
complains as above, but only while traces are on; it ignores every other variable that begins with
\`OTEL_\`.

| Name | Default | Meaning |
|---|---|---|
${otel.join('\n')}

This page is generated from \`server/src/config/settings.ts\` and \`otel-settings.ts\`: change it there, then run
\`npx vitest run server/src/config/config.test.ts -u\`.
`;
}
