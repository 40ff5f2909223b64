/** Bytes of the header with which every segment begins (`SizeOfXLogLongPHD` in PostgreSQL's xlog_internal.h). */
export const SEGMENT_HEADER_BYTES = 40;

/** What a segment says about itself. Nothing of it is checked. */
export interface SegmentHeader {
  /** Of the timeline that wrote the first page: the segment in which a timeline began starts with pages of its ancestor. */
  readonly timeline: number;
  /** Position of the segment's first byte. */
  readonly start: bigint;
  /** Decimal. */
  readonly systemId: string;
  /** Bytes. */
  readonly segmentSize: number;
  /** Bytes of one page. */
  readonly pageSize: number;
}

/** @param bytes the beginning of a segment, at least SEGMENT_HEADER_BYTES */
export function segmentHeader(bytes: Buffer): SegmentHeader {
  return {
    timeline: bytes.readUInt32LE(4),
    start: bytes.readBigUInt64LE(8),
    systemId: bytes.readBigUInt64LE(24).toString(),
    segmentSize: bytes.readUInt32LE(32),
    pageSize: bytes.readUInt32LE(36),
  };
}
