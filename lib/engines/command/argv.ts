import { z } from 'zod';

const SHELLS = /^(.*\/)?(sh|ash|bash|dash|ksh|zsh)$/;

/** A pipe's exit code is that of its last program, so a shell can report a failed dump as a success. */
const runsScript = ([program, ...rest]: readonly string[]): boolean =>
  program !== undefined &&
  SHELLS.test(program) &&
  rest.some((argument) => /^-[a-z]*c[a-z]*$/.test(argument));

/** An address with a user and a password in it. */
export const carriesPassword = (text: string): boolean => /:\/\/[^/\s:@]*:[^/\s@]+@/.test(text);

/** A program and its arguments, started without a shell. */
export const argvSchema = z
  .array(
    z
      .string()
      .refine((argument) => !argument.includes('\0'), {
        error: () => 'an argument has a NUL character, which no program can be given; remove it',
      })
      .refine((argument) => !carriesPassword(argument), {
        error: () =>
          'an address with a password would stand in the plan for everybody to read; put it into a Kubernetes Secret, and let the program read it from a variable of env',
      }),
  )
  .refine((argv) => (argv[0] ?? '') !== '', {
    error: () => "no program is named; write it and its arguments, such as ['memory', 'export']",
  })
  .refine((argv) => !runsScript(argv), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} runs a line of a shell, whose exit code hides failures before a pipe; write a program and its arguments, and put more than that into a file of the image`,
  });
