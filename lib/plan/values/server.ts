import { z } from 'zod';

/** A Kubernetes service (`postgres.shop`) or a DNS name. */
export const hostSchema = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a host name; write a Kubernetes service such as 'postgres.shop' or a DNS name`,
});

/** Name of a Kubernetes Secret. */
export const secretNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a Kubernetes Secret; write lower-case letters, digits, '-' and '.', and keep the values themselves out of the plan`,
});

const NOT_A_PORT = {
  error: (issue: { input?: unknown }) =>
    `${JSON.stringify(issue.input)} is not a port; write a number from 1 to 65535`,
};
export const portSchema = z.int().min(1, NOT_A_PORT).max(65_535, NOT_A_PORT);

/** User or group of a container. Not root: Pod Security Standard *restricted* forbids it. */
export const ownerSchema = z.int().min(1, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is root, which no pod of ours may be; write the number of another user or group, 1 or more`,
});

/** `verify-full` checks the server's certificate, `require` only encrypts. */
export const tlsSchema = z.enum(['disable', 'require', 'verify-full']);
