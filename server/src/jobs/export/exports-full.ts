/** The files of an account's exports take as much as they may. */
export class ExportsFull extends Error {
  override readonly name = 'ExportsFull';
}
