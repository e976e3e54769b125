/**
 * A start that cannot work: the message says in one line what is wrong and what to do. Anything
 * else that ends a start is a defect, and shows its stack.
 */
export class CannotStart extends Error {
  override readonly name: string = 'CannotStart';
}
