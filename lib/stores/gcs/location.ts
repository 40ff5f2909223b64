import { messageOf } from '../../message.ts';
import { PART_BYTES } from '../../plan/limits.ts';
import { bucketUrlProblem } from '../../plan/values/bucket-url.ts';
import { StoreUrlError } from '../errors.ts';
import { checkKey } from '../object-key.ts';
import { MIB } from '../parts.ts';

/** What a `gs:` URL says. */
export interface GcsLocation {
  readonly url: string;
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  /** Without a path. */
  readonly endpoint: string;
  readonly partBytes: number;
}

const ENDPOINT = 'https://storage.googleapis.com';

/** Each part is held in memory until the server says that it has it. */
const LARGEST_PART_MIB = 64;

/** @throws StoreUrlError that says which part of the URL is wrong */
export function parseLocation(url: URL): GcsLocation {
  const refuse = (reason: string) =>
    new StoreUrlError(`${url.href}: ${reason}; write gs://bucket[/prefix][?endpoint=…&partSize=…]`);
  const problem = bucketUrlProblem(url);
  if (problem !== undefined) throw refuse(problem);
  const folder = url.pathname.replace(/^\//, '').replace(/\/$/, '');
  try {
    if (folder !== '') checkKey(folder);
  } catch (error) {
    throw refuse(messageOf(error));
  }
  const endpoint = url.searchParams.get('endpoint') ?? ENDPOINT;
  const partSize = url.searchParams.get('partSize') ?? `${PART_BYTES / MIB}MiB`;
  const mebibytes = Number(/^(\d{1,2})MiB$/.exec(partSize)?.[1]);
  if (!(mebibytes >= 1 && mebibytes <= LARGEST_PART_MIB)) {
    throw refuse(`the part size ${JSON.stringify(partSize)} is not 1MiB to ${LARGEST_PART_MIB}MiB`);
  }
  return {
    url: url.href,
    bucket: url.host,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint: endpoint.replace(/\/$/, ''),
    partBytes: mebibytes * MIB,
  };
}
