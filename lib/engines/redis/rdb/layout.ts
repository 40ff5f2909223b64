/**
 * How values lie in an RDB file, by the number of their type: as much as it takes to find their end. From Redis'
 * src/rdb.h and src/rdb.c, versions 1 to 12 of the format (Redis 7.0 writes 10, 7.2 writes 11, 7.4 and 8.0 write 12).
 */
export type Step =
  /** A string: its length, then so many bytes; or an integer, or a compressed string. */
  | 'string'
  /** A number that is written like a length. */
  | 'number'
  /** A floating-point number as text. */
  | 'text-double'
  /** Parts of a module's value, up to its end mark. */
  | 'module'
  /** So many bytes. */
  | { readonly bytes: number }
  /** A count, then so many times these steps. */
  | { readonly times: readonly Step[] };

const times = (...steps: Step[]): Step => ({ times: steps });
const MILLISECONDS: Step = { bytes: 8 };
const STREAM_ID: readonly Step[] = ['number', 'number'];
const RAW_STREAM_ID: Step = { bytes: 16 };

/** @param version 1 to 3: what was added to streams with Redis 7.0 and 7.2 */
function stream(version: number): readonly Step[] {
  const since = (first: number, ...steps: Step[]) => (version >= first ? steps : []);
  return [
    times('string', 'string'),
    'number',
    ...STREAM_ID,
    // First id, highest deleted id, entries ever added.
    ...since(2, ...STREAM_ID, ...STREAM_ID, 'number'),
    times(
      // A group: name, last delivered id, entries read, pending entries, consumers.
      'string',
      ...STREAM_ID,
      ...since(2, 'number'),
      times(RAW_STREAM_ID, MILLISECONDS, 'number'),
      times('string', MILLISECONDS, ...since(3, MILLISECONDS), times(RAW_STREAM_ID)),
    ),
  ];
}

/** The name that Redis' TYPE gives a value, and what it consists of. */
export interface Layout {
  readonly type: string;
  readonly steps: readonly Step[];
}

const layout = (type: string, ...steps: Step[]): Layout => ({ type, steps });

export const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [0, layout('string', 'string')],
  [1, layout('list', times('string'))],
  [2, layout('set', times('string'))],
  [3, layout('zset', times('string', 'text-double'))],
  [4, layout('hash', times('string', 'string'))],
  [5, layout('zset', times('string', { bytes: 8 }))],
  [7, layout('module', 'number', 'module')],
  [9, layout('hash', 'string')],
  [10, layout('list', 'string')],
  [11, layout('set', 'string')],
  [12, layout('zset', 'string')],
  [13, layout('hash', 'string')],
  [14, layout('list', times('string'))],
  [15, layout('stream', ...stream(1))],
  [16, layout('hash', 'string')],
  [17, layout('zset', 'string')],
  [18, layout('list', times('number', 'string'))],
  [19, layout('stream', ...stream(2))],
  [20, layout('set', 'string')],
  [21, layout('stream', ...stream(3))],
  // Hashes whose fields expire: the earliest expiry, then each field with its own.
  [24, layout('hash', MILLISECONDS, times('number', 'string', 'string'))],
  [25, layout('hash', MILLISECONDS, 'string')],
]);

/** What stands between the values: settings, expiries of the key that follows, functions. */
export const OPCODES = {
  slotInfo: 244,
  function: 245,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  resize: 251,
  expireMs: 252,
  expire: 253,
  select: 254,
  end: 255,
} as const;

/** Parts of a module's value. */
export const MODULE_PARTS: ReadonlyMap<number, Step | 'end'> = new Map<number, Step | 'end'>([
  [0, 'end'],
  [1, 'number'],
  [2, 'number'],
  [3, { bytes: 4 }],
  [4, { bytes: 8 }],
  [5, 'string'],
]);
