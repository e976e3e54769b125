/**
 * Reads a time as the query language does: a date, with a time of day that is UTC without an offset,
 * or how long ago, such as `2h`. `Date` takes times for local ones and `50` for a year.
 *
 * @returns the beginning of the day, minute or second that it names, and `undefined` if it is no time
 */
export async function readTime(text: string): Promise<Date | undefined> {
  // Loaded for times only: no list of Hooktrail needs the language here.
  const { QuerySyntaxError, readQuery, timeRanges } = await import('@hooktrail/sdk/query');
  try {
    const [term] = readQuery([{ field: 'since', values: [text] }]);
    if (term?.field !== 'since') return undefined;
    const [range] = timeRanges(term, Date.now());
    return range && new Date(range[0]);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}
