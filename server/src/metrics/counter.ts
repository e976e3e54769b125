/** Something that only grows while the process lives. */
export class Counter {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}
