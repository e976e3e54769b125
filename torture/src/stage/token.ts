/** The bootstrap token of every node of the run: an admin of account 1. */
export const TOKEN = 'torture-token-of-account-1';
