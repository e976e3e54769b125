/** Upper and lower case, hyphens and underscores make no difference: `client_error` is a status. */
export const fold = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, ' ');
