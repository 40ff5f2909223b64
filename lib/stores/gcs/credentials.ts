import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../message.ts';
import { StoreAccessError } from '../errors.ts';
import type { GcsRequest } from './transport.ts';

/** Read and write objects, and hold them; what may be done is decided by the account's roles. */
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write';
/** What a signed claim may be valid for at most. */
const CLAIM_SECONDS = 3600;
/** Where a pod, a function or a machine of Google's asks who it is. */
const METADATA_HOST = 'metadata.google.internal';
export const METADATA_PATH = '/computeMetadata/';

const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.url(),
});

/** What `gcloud auth application-default login` leaves. */
const userSchema = z.object({
  type: z.literal('authorized_user'),
  client_id: z.string(),
  client_secret: z.string(),
  refresh_token: z.string(),
});
const USER_TOKENS = 'https://oauth2.googleapis.com/token';

const keySchema = z.discriminatedUnion('type', [serviceAccountSchema, userSchema]);
type Key = z.infer<typeof keySchema>;

/**
 * The request whose answer is a token, as the usual chain finds it: the key that GOOGLE_APPLICATION_CREDENTIALS names,
 * what gcloud left in the home directory, else the metadata server.
 * @throws StoreAccessError where a key is named that cannot be used
 */
export async function tokenRequest(env: NodeJS.ProcessEnv, now: () => Date): Promise<GcsRequest> {
  const named = env.GOOGLE_APPLICATION_CREDENTIALS;
  const path =
    named ?? join(env.HOME ?? homedir(), '.config/gcloud/application_default_credentials.json');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    // Often the home is another user's: what runs beside a server has the server's environment.
    if (named === undefined) return;
    throw new StoreAccessError(
      `cannot read the key ${path}: ${cause.message}; correct GOOGLE_APPLICATION_CREDENTIALS`,
      { cause },
    );
  });
  if (text === undefined) return fromMetadata(env);
  const key = parseKey(path, text);
  return key.type === 'service_account' ? withClaim(key, now()) : withRefreshToken(key);
}

function parseKey(path: string, text: string): Key {
  try {
    return keySchema.parse(JSON.parse(text));
  } catch (error) {
    // Not what the parser says: it can quote the key.
    const why = error instanceof z.ZodError ? 'it lacks what such a key holds' : 'it is not JSON';
    throw new StoreAccessError(
      `the key ${path} cannot be used: ${why}; it is the JSON of a service account's key, or what 'gcloud auth application-default login' writes`,
    );
  }
}

function withClaim(
  { client_email, private_key, token_uri }: ServiceAccount,
  now: Date,
): GcsRequest {
  const issued = Math.floor(now.getTime() / 1000);
  const claim = {
    iss: client_email,
    scope: SCOPE,
    aud: token_uri,
    iat: issued,
    exp: issued + CLAIM_SECONDS,
  };
  const unsigned = [{ alg: 'RS256', typ: 'JWT' }, claim]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = signed(unsigned, private_key, client_email);
  return form(token_uri, {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${unsigned}.${signature}`,
  });
}

type ServiceAccount = z.infer<typeof serviceAccountSchema>;

function signed(text: string, key: string, account: string): string {
  try {
    return createSign('RSA-SHA256').update(text).sign(key, 'base64url');
  } catch (cause) {
    throw new StoreAccessError(
      `the private key of ${account} cannot sign: ${messageOf(cause)}; create a new key`,
    );
  }
}

const withRefreshToken = (key: z.infer<typeof userSchema>): GcsRequest =>
  form(USER_TOKENS, {
    grant_type: 'refresh_token',
    client_id: key.client_id,
    client_secret: key.client_secret,
    refresh_token: key.refresh_token,
  });

const form = (url: string, fields: Record<string, string>): GcsRequest => ({
  method: 'POST',
  url: new URL(url),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: [Buffer.from(new URLSearchParams(fields).toString())],
});

const fromMetadata = (env: NodeJS.ProcessEnv): GcsRequest => ({
  method: 'GET',
  url: new URL(
    `http://${env.GCE_METADATA_HOST ?? METADATA_HOST}${METADATA_PATH}v1/instance/service-accounts/default/token`,
  ),
  headers: { 'metadata-flavor': 'Google' },
});
