import { z } from 'zod';

const SHELLS = /^(.*\/)?(sh|ash|bash|dash|ksh|zsh)$/;

/** A pipe's exit code is that of its last program, so a shell can report a failed dump as a success. */
const runsScript = ([program, ...rest]: readonly string[]): boolean =>
  program !== undefined &&
  SHELLS.test(program) &&
  rest.some((argument) => /^-[a-z]*c[a-z]*$/.test(argument));

/** A program and its arguments, started without a shell. */
export const argvSchema = z
  .array(
    z.string().refine((argument) => !argument.includes('\0'), {
      error: () => 'an argument has a NUL character, which no program can be given; remove it',
    }),
  )
  .refine((argv) => (argv[0] ?? '') !== '', {
    error: () => "no program is named; write it and its arguments, such as ['memory', 'export']",
  })
  .refine((argv) => !runsScript(argv), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} runs a line of a shell, whose exit code hides failures before a pipe; write a program and its arguments, and put more than that into a file of the image`,
  });
