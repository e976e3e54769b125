/** Whether a store says that there is no such object, or no such upload. */
export function isMissing(error: unknown): boolean {
  const { $metadata, name } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (name === 'NoSuchBucket') return false;
  return ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(name ?? '')
    ? true
    : $metadata?.httpStatusCode === 404;
}
