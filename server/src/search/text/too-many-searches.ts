/** An account has more searches waiting than a node takes. */
export class TooManySearches extends Error {
  override readonly name = 'TooManySearches';
}
