/** Before the types of Zendesk's events. */
const PREFIX = 'zen:event-type:';

/**
 * The LIKE patterns of types of events in a query: `*` stands for any characters, and a type without
 * the prefix of Zendesk's types for both forms.
 */
export function typePatterns(types: readonly string[]): string[] {
  return types.flatMap((type) => {
    const pattern = type.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
    return type.startsWith(PREFIX) ? [pattern] : [pattern, PREFIX + pattern];
  });
}
