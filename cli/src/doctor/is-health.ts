/** Whether an answer is one of `/healthz` or `/readyz`: other servers answer 200 to every path. */
export const isHealth = (text: string): boolean => /^\s*\{\s*"status"/.test(text);
