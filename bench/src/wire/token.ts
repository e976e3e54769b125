/** The token of account 1 on every server that is measured. */
export const TOKEN = 'bench-token-of-account-1';
