/** Another node polls the source by now, or people changed it: nothing of the transaction happens. */
export class SourceLost extends Error {
  override readonly name = 'SourceLost';
}
