/** The file of a snapshot: Redis' default for `dbfilename`, in the store with the ending of its compression. */
export const SNAPSHOT_FILE = 'dump.rdb';
