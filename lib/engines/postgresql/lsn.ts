/** A position in the write-ahead log: bytes since the cluster's first. */
export type Lsn = bigint;

const PATTERN = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;
const LOW_BITS = 32n;
const LOW_MASK = 0xffff_ffffn;

/**
 * Reads the server's notation, `16/B374D848`.
 * @throws TypeError on anything else
 */
export function parseLsn(text: string): Lsn {
  const [, high, low] = PATTERN.exec(text) ?? [];
  if (high === undefined || low === undefined) {
    throw new TypeError(`${JSON.stringify(text)} is not a position in the WAL such as 16/B374D848`);
  }
  return (BigInt(`0x${high}`) << LOW_BITS) | BigInt(`0x${low}`);
}

/** `16/B374D848`, without leading zeros, as the server prints it. */
export function formatLsn(lsn: Lsn): string {
  return `${hex(lsn >> LOW_BITS, 1)}/${hex(lsn & LOW_MASK, 1)}`;
}

/** First byte of the segment that holds `lsn`. */
export function segmentStart(lsn: Lsn, segmentSize: number): Lsn {
  return lsn - (lsn % BigInt(segmentSize));
}

/** `00000001000000160000002D`: timeline, then the segment's number in the server's two halves. */
export function segmentName(timeline: number, lsn: Lsn, segmentSize: number): string {
  const number = lsn / BigInt(segmentSize);
  const perHalf = (LOW_MASK + 1n) / BigInt(segmentSize);
  return timelineName(timeline) + hex(number / perHalf, 8) + hex(number % perHalf, 8);
}

/** `00000001`: a timeline as it stands in the names of segments and history files. */
export function timelineName(timeline: number): string {
  return hex(BigInt(timeline), 8);
}

/**
 * The reverse of `segmentName`.
 * @throws TypeError if the name is not one of a segment of this size
 */
export function parseSegmentName(
  name: string,
  segmentSize: number,
): { readonly timeline: number; readonly start: Lsn } {
  const [, timeline, high, low] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  const perHalf = (LOW_MASK + 1n) / BigInt(segmentSize);
  const number = BigInt(`0x${low ?? '0'}`);
  if (timeline === undefined || high === undefined || number >= perHalf) {
    throw new TypeError(
      `${JSON.stringify(name)} does not name a WAL segment of ${segmentSize} bytes, such as 00000001000000160000002D`,
    );
  }
  return {
    timeline: Number.parseInt(timeline, 16),
    start: (BigInt(`0x${high}`) * perHalf + number) * BigInt(segmentSize),
  };
}

function hex(value: bigint, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
