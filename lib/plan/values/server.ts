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

export const portSchema = z.int().min(1).max(65_535);

/** `verify-full` checks the server's certificate, `require` only encrypts. */
export const tlsSchema = z.enum(['disable', 'require', 'verify-full']);
