import type { RemoteFailure } from '@hooktrail/server/remote-failure';

/** Whether a failure may be one of what was asked for, so that others are worth a request. */
export const isOfOne = ({ code }: RemoteFailure): boolean =>
  code === 'unavailable' || code === 'unreadable';
