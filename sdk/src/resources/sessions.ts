import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Session, SignInCode, SignInInput } from '../models/session.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { session, signInCode } from '../shapes/session.ts';

/** The sign-in of browsers. */
export interface Sessions {
  /**
   * Signs a browser in: the answer sets a cookie that scripts cannot read, and calls of pages of the
   * same origin carry it. Without `input`, the credentials of the client sign in.
   *
   * @param input - A token, or a code that signs in once.
   * @param options - Apply to this call.
   */
  create(input?: SignInInput, options?: CallOptions): APIPromise<Session>;

  /**
   * Returns who asks, by session or by token.
   *
   * @param options - Apply to this call.
   */
  get(options?: CallOptions): APIPromise<Session>;

  /**
   * Ends the session on every node.
   *
   * @param options - Apply to this call.
   */
  end(options?: CallOptions): APIPromise<void>;

  /**
   * Makes a link that signs in once, within 15 minutes, with the token of this call.
   *
   * @param options - Apply to this call.
   */
  createCode(options?: CallOptions): APIPromise<SignInCode>;
}

const readSession = readOne('session', session);
const readCode = readOne('sign_in', signInCode);

/** Creates the operations on sessions. */
export const sessions = (send: Send): Sessions => ({
  create: (input, options) =>
    send({ method: 'POST', path: v1Path('session'), body: input }, readSession, options),

  get: (options) => send({ path: v1Path('session') }, readSession, options),

  end: (options) => send({ method: 'DELETE', path: v1Path('session') }, readNothing, options),

  createCode: (options) =>
    send({ method: 'POST', path: v1Path('session', 'code') }, readCode, options),
});
