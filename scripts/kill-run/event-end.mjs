/**
 * The last bytes of `detail`, which is the last field of every published event. What comes after
 * them in a delivered body was added by the engine; what comes before must be the published bytes.
 */
export const EVENT_END = '"end":"<end>"}';
