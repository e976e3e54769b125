/** The bootstrap token of every measured server: an admin of account 1. */
export const TOKEN = 'bench-token-of-account-1';
