/** What a text without quotes may be, by its place. */
const BARE = {
  word: /^[^\s,":\p{Cc}-][^\s,":\p{Cc}]*$/u,
  value: /^[^\s,"\p{Cc}]+$/u,
  name: /^[^\s,":\p{Cc}]+$/u,
};

/** The text as it stands in a query: in quotes where it needs them. */
export const quote = (text: string, place: keyof typeof BARE): string =>
  BARE[place].test(text) ? text : JSON.stringify(text);
