/** The command that goes on with an export. */
export const comeBack = (jobId: string, to: string | undefined): string =>
  `hooktrail export --job ${jobId} --to ${to === undefined ? 'DIR' : quoted(to)}`;

const quoted = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
