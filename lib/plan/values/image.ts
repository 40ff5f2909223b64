import { z } from 'zod';

/** A repository of images: `ghcr.io/acme/tidemark-agent`, without tag and digest. */
export const imageRepositorySchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]*(:\d+)?\/)?[a-z0-9._/-]*$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not an image repository; write it without a tag or digest, such as 'ghcr.io/acme/tidemark-agent': the tag is the major version of the source's server`,
  });
