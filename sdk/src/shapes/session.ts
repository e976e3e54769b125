import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { nullable } from '../codec/nullable.ts';
import { time } from '../codec/time.ts';
import type { Session, SignInCode } from '../models/session.ts';

/** Who asks. */
export const session = model<Session>({
  account: asIs,
  token: asIs,
  version: asIs,
  expiresAt: nullable(time),
});

/** A code that signs in once. */
export const signInCode = model<SignInCode>({ code: asIs, url: asIs, expiresAt: time });
