import type { Format } from '../output/formats.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly profile?: string;
  readonly zendesk?: string;
  readonly output?: Format;
  readonly columns?: string;
  readonly headers: boolean;
  readonly color: 'auto' | 'always' | 'never' | boolean;
  readonly timeout: number;
}
