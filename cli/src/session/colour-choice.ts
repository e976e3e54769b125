import type { GlobalOptions } from './global-options.ts';

/** What `--color` says. Usage errors come before it was read. */
export function colourChoice({ color }: Partial<GlobalOptions>): 'auto' | 'always' | 'never' {
  if (color === true) return 'always';
  return color === false ? 'never' : (color ?? 'auto');
}
