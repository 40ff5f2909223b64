/** Prints a digest of every manifest of every plan, in this process' locale and time zone. */
import { createHash } from 'node:crypto';
import { manifestFolders } from '../../k8s/folders.ts';
import { EVERY_PLAN } from '../k8s/every-plan.ts';

const digests = EVERY_PLAN.flatMap(({ name, compiled }) =>
  manifestFolders(compiled).flatMap(({ path, files }) =>
    [...files].map(([file, text]) => [
      [name, path, file].join(': '),
      createHash('sha256').update(text).digest('hex'),
    ]),
  ),
);
process.stdout.write(JSON.stringify(digests));
