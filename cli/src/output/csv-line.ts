/** A line of CSV as RFC 4180 has it. Values stay as they are: programs read them. */
export const csvLine = (values: readonly string[]): string =>
  `${values
    .map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(',')}\r\n`;
