/** The place has lost a file that an export was writing: that day is written again. */
export class FileLost extends Error {
  override readonly name = 'FileLost';

  constructor(name: string, options?: ErrorOptions) {
    super(`the place of exports has lost ${name} while it was written`, options);
  }
}
