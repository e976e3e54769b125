/** A path of Hooktrail's own API. */
export const ownPath = (...segments: string[]): readonly string[] => ['v1', ...segments];
