import { timelineName } from '../lsn.ts';

/** A file that a server gives to its `archive_command`, or asks its `restore_command` for, told by its name. */
export interface WalFileName {
  /**
   * - `segment`: a whole one
   * - `partial`: the last one of a timeline that a promotion left unfinished
   * - `history`: where timelines branched off
   * - `backup`: where a base backup began and ended; for people
   */
  readonly kind: 'segment' | 'partial' | 'history' | 'backup';
  readonly name: string;
  readonly timeline: number;
  /** Of the segment that it is, or is about; of a history the name itself. */
  readonly segment: string;
}

const PATTERNS: readonly (readonly [WalFileName['kind'], RegExp])[] = [
  ['segment', /^([0-9A-F]{24})$/],
  ['partial', /^([0-9A-F]{24})\.partial$/],
  ['backup', /^([0-9A-F]{24})\.[0-9A-F]{8}\.backup$/],
  ['history', /^([0-9A-F]{8}\.history)$/],
];

/** Undefined if no file of a server's WAL has such a name. */
export function walFileName(name: string): WalFileName | undefined {
  for (const [kind, pattern] of PATTERNS) {
    const segment = pattern.exec(name)?.[1];
    if (segment === undefined) continue;
    const timeline = Number.parseInt(segment.slice(0, timelineName(1).length), 16);
    return { kind, name, timeline, segment };
  }
  return undefined;
}
