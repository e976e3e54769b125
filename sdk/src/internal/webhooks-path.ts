/** The path of the webhooks, or of something below them. */
export const webhooksPath = (...segments: string[]): readonly string[] => [
  'api',
  'v2',
  'webhooks',
  ...segments,
];
