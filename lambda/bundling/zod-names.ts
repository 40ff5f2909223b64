/** The names of zod but those that hold its messages in every language: a third of a bundle. */
export * from 'zod/v4';

// A name of its own goes before one that is passed on.
export const core = undefined;
export const locales = undefined;
export const z = undefined;
