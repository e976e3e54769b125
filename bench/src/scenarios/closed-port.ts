/** The port of the "discard" service, which nothing serves today: connections are refused. */
export const CLOSED_PORT = 9;
