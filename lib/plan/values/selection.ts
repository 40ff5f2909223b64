import { z } from 'zod';
import { rule } from './rule.ts';

/** Names of things within a server, `*` standing for any characters. */
const patternSchema = z.string().regex(/^[A-Za-z0-9._:*-]{1,249}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a name or a pattern; write letters, digits, '.', '_', ':' and '-', with '*' for any characters, such as 'audit*'`,
});

/** A list of names, or `'*'` for all. */
export const allOrSome = <S extends z.ZodType>(list: S) =>
  z.union([list, z.literal('*')], {
    // Of a list, what is wrong with it says more.
    error: ({ input }) =>
      Array.isArray(input)
        ? undefined
        : `${JSON.stringify(input)} is not a list of names; write some in brackets, or '*' for all`,
  });

/** What of a server is backed up: what `include` names, without what `exclude` names. Default: everything. */
export const selectionSchema = z
  .strictObject({
    include: z
      .array(patternSchema)
      .min(1, {
        error: () =>
          "nothing is included, so every backup would be empty; name something, or leave 'include' out for everything",
      })
      .default(['*']),
    exclude: z.array(patternSchema).default([]),
  })
  .refine(
    ({ include, exclude }) =>
      !Array.isArray(include) ||
      !Array.isArray(exclude) ||
      !include.some((name) => exclude.includes(name)),
    rule('exclude', 'the same name is included and excluded; write it in one of the two lists'),
  )
  .prefault({});
