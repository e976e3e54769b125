import { RemoteError } from './remote-error.ts';

// The service has a shape of its own for each kind of refusal; readers must cope with all of them.

export const unauthorized = (): RemoteError =>
  new RemoteError(
    401,
    { error: "Couldn't authenticate you" },
    { 'www-authenticate': 'Basic realm="Web Password"' },
  );

export const forbidden = (): RemoteError =>
  new RemoteError(403, {
    error: {
      title: 'Forbidden',
      message: 'You do not have access to this page. Please contact the account owner.',
    },
  });

export const notFound = (): RemoteError =>
  new RemoteError(404, { error: 'RecordNotFound', description: 'Not found' });

export const badRequest = (detail: string): RemoteError =>
  new RemoteError(400, { errors: [{ code: 'InvalidParameter', title: 'Bad request', detail }] });

export const tooManyRequests = (headers: Readonly<Record<string, string>>): RemoteError =>
  new RemoteError(
    429,
    {
      error: 'APIRateLimitExceeded',
      description: 'Number of allowed API requests per minute exceeded',
    },
    headers,
  );
