/** The account of those who run the installation: what concerns no other account alone is told to it. */
export const INSTALLATION = 1;
