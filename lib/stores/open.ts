import { StoreUrlError } from './errors.ts';
import { FileStore } from './file.ts';
import type { ObjectStore } from './store.ts';

export interface OpenOptions {
  /** For `s3:`; default: the chain of the AWS SDK (variables, profile, web identity, container or instance role). */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** For `s3:` and `gs:`: milliseconds without a byte after which a connection counts as dead; default 30,000. */
  readonly idleTimeoutMs?: number;
  /** For `s3:` and `gs:`: milliseconds for which requests are repeated while a known store is away; default 300,000. */
  readonly patienceMs?: number;
}

const KINDS =
  'write s3://bucket[/prefix][?region=…&endpoint=…&partSize=…], gs://bucket[/prefix] or file:///absolute/directory';

/**
 * Opens the store that a URL names; nothing is read or written yet.
 * @throws StoreUrlError if the URL is of an unknown kind or malformed
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<ObjectStore> {
  if (!URL.canParse(url)) {
    throw new StoreUrlError(`${JSON.stringify(url)} is not the URL of a store; ${KINDS}`);
  }
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') {
    throw new StoreUrlError(
      'the URL of a store holds no credentials; give them in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in a file that GOOGLE_APPLICATION_CREDENTIALS names, or through a role',
    );
  }
  switch (parsed.protocol) {
    case 'file:':
      return FileStore.open(parsed);
    case 's3:': {
      // The client takes time to load, which a file store need not wait for.
      const { S3Store } = await import('./s3.ts');
      return S3Store.open(parsed, options);
    }
    case 'gs:': {
      const { GcsStore } = await import('./gcs.ts');
      return GcsStore.open(parsed, options, process.env);
    }
    default:
      throw new StoreUrlError(
        `there is no store of the kind ${JSON.stringify(parsed.protocol)} in ${JSON.stringify(url)}; ${KINDS}`,
      );
  }
}
