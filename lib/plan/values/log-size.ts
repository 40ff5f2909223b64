/** Logs are stored compressed, and what a plan says of a day counts stored bytes: on the server's disk they take so much more. */
const BEFORE_COMPRESSION = 4;

/** Bytes that a day's log takes where it is written. @param perDay bytes as they are stored */
export const logBytes = (perDay: number): number => perDay * BEFORE_COMPRESSION;
