/** How safe the data is, each time something has become known. */
export interface AofProgress {
  /** Generation and position: everything before it is stored. */
  readonly durable: string;
  /** At this moment of the server's clock there was nothing else; null until it is known. */
  readonly serverTime: Date | null;
  /** Seconds of writes that would be lost if the server went away now. */
  readonly rpoSeconds: number | null;
}
