/** A path of the operations that only Hooktrail has. */
export const v1Path = (...segments: string[]): readonly string[] => ['v1', ...segments];
