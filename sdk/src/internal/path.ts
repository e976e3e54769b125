import { ConfigurationError } from '../errors.ts';

/** The path of the webhooks, or of something below them. */
export const webhooksPath = (...segments: string[]): readonly string[] => [
  'api',
  'v2',
  'webhooks',
  ...segments,
];

/** A path as it is to be sent: a text as it is, segments encoded. */
export const toPath = (path: string | readonly string[]): string =>
  typeof path === 'string'
    ? // With its slash in any case: `@other.example` would change the host.
      path.replace(/^\/?/, '/')
    : path
        .map((segment) => {
          // Without an id, or with dots for one, the URL would be that of another operation.
          if (/^\.{0,2}$/.test(segment ?? ''))
            throw new ConfigurationError(`Not an id: ${segment}`);
          return `/${encodeURIComponent(segment)}`;
        })
        .join('');
