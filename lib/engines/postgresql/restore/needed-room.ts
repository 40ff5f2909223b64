import type { PhysicalManifest } from '../../../catalog/manifest.ts';
import { baseFiles } from './base.ts';
import type { Choice } from './choose.ts';

/** Room for the segments that the server itself keeps while it replays. */
const SERVER_WAL_BYTES = 1024 ** 3;
/** Backups that are combined, and what is made of them. */
const COPIES_OF_A_CHAIN = 2;

type Sized = Pick<Choice, 'chain' | 'pieces' | 'route'>;

/** Decoded bytes of all base backups of a chain. */
export const chainBytes = (chain: readonly PhysicalManifest[]): number =>
  chain.flatMap(baseFiles).reduce((sum, { logicalSize }) => sum + logicalSize, 0);

/** Bytes of the WAL segments that are replayed. */
export const walBytes = ({ pieces, route }: Pick<Sized, 'pieces' | 'route'>): number =>
  pieces.length * route.base.position.walSegmentSize;

/** Bytes that have to be free for a restore of this state. */
export function neededRoom(choice: Sized): number {
  const data = chainBytes(choice.chain) * (choice.chain.length > 1 ? COPIES_OF_A_CHAIN : 1);
  const wal = walBytes(choice);
  return data + wal + Math.min(wal, SERVER_WAL_BYTES);
}
