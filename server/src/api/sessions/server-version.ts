import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

/** The version of the server, from its package. */
export const SERVER_VERSION = version;
