import { messageOf } from '../../message.ts';
import { PART_BYTES } from '../../plan/limits.ts';
import { bucketUrlProblem } from '../../plan/values/bucket-url.ts';
import { StoreUrlError } from '../errors.ts';
import { checkKey } from '../object-key.ts';
import { MIB } from '../parts.ts';

/** What an `s3:` URL says. */
export interface S3Location {
  readonly url: string;
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly partBytes: number;
}

/** S3 takes no smaller part, except for the last one. */
const SMALLEST_PART_MIB = 5;
/** Several parts are held in memory, and each is hashed in one go. */
const LARGEST_PART_MIB = 64;

/** @throws StoreUrlError that says which part of the URL is wrong */
export function parseLocation(url: URL): S3Location {
  const refuse = (reason: string) =>
    new StoreUrlError(
      `${url.href}: ${reason}; write s3://bucket[/prefix][?region=…&endpoint=…&partSize=…]`,
    );
  const problem = bucketUrlProblem(url);
  if (problem !== undefined) throw refuse(problem);
  const folder = url.pathname.replace(/^\//, '').replace(/\/$/, '');
  try {
    if (folder !== '') checkKey(folder);
  } catch (error) {
    throw refuse(messageOf(error));
  }

  const region = url.searchParams.get('region') ?? undefined;
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const partSize = url.searchParams.get('partSize') ?? `${PART_BYTES / MIB}MiB`;
  const mebibytes = Number(/^(\d{1,2})MiB$/.exec(partSize)?.[1]);
  if (!(mebibytes >= SMALLEST_PART_MIB && mebibytes <= LARGEST_PART_MIB)) {
    const range = `${SMALLEST_PART_MIB}MiB to ${LARGEST_PART_MIB}MiB`;
    throw refuse(`the part size ${JSON.stringify(partSize)} is not ${range}`);
  }
  return {
    url: url.href,
    bucket: url.host,
    prefix: folder === '' ? '' : `${folder}/`,
    region,
    endpoint,
    partBytes: mebibytes * MIB,
  };
}
