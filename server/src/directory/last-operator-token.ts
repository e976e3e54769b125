/** Revoking it would leave nobody who can create accounts or tokens: 409. */
export class LastOperatorToken extends Error {
  override readonly name = 'LastOperatorToken';

  constructor() {
    super('this is the last operator token: create another one before you revoke it');
  }
}
