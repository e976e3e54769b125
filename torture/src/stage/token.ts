/** The bootstrap token of every node of the run: an operator's token of account 1. */
export const TOKEN = 'torture-token-of-account-1';
