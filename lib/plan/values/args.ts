import { z } from 'zod';

/** What a container is started with, word by word: no shell reads it. */
export const argsSchema = z.array(
  z.string().regex(/^[^\0\n]+$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not an argument; write each word by itself, such as ['redis-server', '/etc/redis/redis.conf']`,
  }),
);
