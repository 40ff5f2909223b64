import { fromEnv } from '@aws-sdk/credential-provider-env';

/** What the SDK's clients ask for credentials where none are given. */
export const defaultProvider = fromEnv;
