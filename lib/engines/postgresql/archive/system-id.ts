import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { types } from 'node:util';
import { WalRefusedError } from '../wal/errors.ts';

/** Its first eight bytes are the system identifier, in every version. */
const CONTROL_FILE = join('global', 'pg_control');

/**
 * The identifier of the cluster that a file of `pg_wal` belongs to, in decimal. A server runs its commands in its data
 * directory; `pg_wal` may be a link that leads out of it.
 * @throws WalRefusedError
 */
export async function systemIdBeside(path: string): Promise<string> {
  const folders = [process.cwd(), dirname(dirname(resolve(path)))];
  for (const folder of folders) {
    const control = await readFile(join(folder, CONTROL_FILE)).catch((error: unknown) => {
      if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT')
        return undefined;
      throw error;
    });
    if (control) return control.readBigUInt64LE(0).toString();
  }
  throw new WalRefusedError(
    `neither ${folders.join(' nor ')} is a data directory (there is no ${CONTROL_FILE}), so it is unknown which cluster ${path} is of; run it in the data directory, as the server does`,
  );
}
