/** "discard", which nothing serves any more: connections are refused. */
export const CLOSED_PORT = 9;
