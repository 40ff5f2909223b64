import type { ObjectStore, PartDigest } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { PARTS_FILE } from './keys.ts';
import type { ManifestFile } from './manifest.ts';
import { type LinePlace, type ObjectParts, readParts } from './parts-file.ts';

type Described = ObjectParts & { readonly line: LinePlace };

/** The parts of a backup's objects, one object after the other in the manifest's order, held against the manifest. */
export class DescribedParts {
  readonly #prefix: string;
  readonly #lines: AsyncGenerator<Described>;

  /** @param prefix of the backup's data */
  constructor(store: ObjectStore, prefix: string) {
    this.#prefix = prefix;
    this.#lines = readParts(store, `${prefix}${PARTS_FILE}`);
  }

  /** @throws DamagedError if the next object described is another one, or its parts do not make it up */
  async of(object: ManifestFile['objects'][number]): Promise<Described> {
    const { value, done } = await this.#lines.next();
    if (done || value.name !== object.name || !makeUp(value.parts, object.size)) {
      throw this.#wrong(object.name);
    }
    return value;
  }

  /** @throws DamagedError if a further object is described */
  async end(): Promise<void> {
    const { value, done } = await this.#lines.next();
    if (!done) throw this.#wrong(value.name);
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  #wrong(object: string): DamagedError {
    return new DamagedError(
      `${this.#prefix}${PARTS_FILE} does not describe the parts of ${object} as the manifest has it; it was altered`,
    );
  }
}

/** Whether parts lie one behind the other from the first byte to the last. */
function makeUp(parts: readonly PartDigest[], size: number): boolean {
  let end = 0;
  for (const part of parts) {
    if (part.offset !== end) return false;
    end += part.size;
  }
  return parts.length > 0 && end === size;
}
