/** Without it, nobody could make accounts or tokens any more: 409. */
export class LastOperatorToken extends Error {
  override readonly name = 'LastOperatorToken';

  constructor() {
    super('this is the last token of an operator: make another one before you revoke it');
  }
}
