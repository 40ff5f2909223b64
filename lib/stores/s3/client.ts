import { Readable } from 'node:stream';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { OpenOptions } from '../open.ts';
import type { S3Location } from './location.ts';
import { Patience } from './patience.ts';

const CONNECT_WITHIN_MS = 5_000;
const IDLE_MS = 30_000;
const PATIENCE_MS = 5 * 60_000;

/** Where a store that is not Amazon's names no region, signatures still need one. */
const REGION_OF_ENDPOINTS = 'us-east-1';

/** When it is destroyed its requests end, and nothing of them keeps the process alive. */
class PatientClient extends S3Client {
  readonly #patience: Patience;

  constructor(config: S3ClientConfig, patience: Patience) {
    super({ ...config, retryStrategy: patience });
    this.#patience = patience;
  }

  override destroy(): void {
    this.#patience.end();
    super.destroy();
  }
}

export function createClient(
  { region, endpoint }: S3Location,
  { credentials, idleTimeoutMs = IDLE_MS, patienceMs = PATIENCE_MS }: OpenOptions,
): S3Client {
  const config: S3ClientConfig = {
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, socketTimeout: idleTimeoutMs },
    // It would open a connection for every part.
    expectContinueHeader: false,
    // Every body is sent with its SHA-256 and checked against the catalog's when read; CRCs would only cost time,
    // and not every S3-compatible server knows them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  if (credentials) {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    config.credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  }
  if (endpoint !== undefined) {
    config.endpoint = endpoint;
    config.forcePathStyle = true;
  }
  if (region !== undefined) config.region = region;
  else if (endpoint !== undefined) config.region = REGION_OF_ENDPOINTS;

  const client = new PatientClient(config, new Patience(patienceMs));
  signWithChecksum(client);
  sendInPieces(client);
  return client;
}

/** What is encrypted and handed to the system at once. */
const PIECE_BYTES = 128 * 1024;

/** A whole part that is written at once is encrypted at once, too: memory for every part that is on its way. */
function sendInPieces(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (typeof request !== 'object' || request === null || !('body' in request)) {
        return next(args);
      }
      const { body } = request;
      if (!Buffer.isBuffer(body) || body.length <= PIECE_BYTES) return next(args);
      // Every attempt gets a stream of its own; what is tried again is the request with the whole body.
      const stream = Readable.from(pieces(body), { objectMode: false });
      const copy: object = Object.create(Object.getPrototypeOf(request));
      return next({ ...args, request: Object.assign(copy, request, { body: stream }) });
    },
    { step: 'deserialize', name: 'sendInPieces' },
  );
}

function* pieces(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}

/** A body that is sent with its SHA-256 is signed with the same digest, instead of being hashed a second time. */
function signWithChecksum(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      if ('Body' in args.input && 'ChecksumSHA256' in args.input) {
        const { ChecksumSHA256 } = args.input;
        const { request } = args;
        if (
          typeof ChecksumSHA256 === 'string' &&
          typeof request === 'object' &&
          request !== null &&
          'headers' in request
        ) {
          const digest = Buffer.from(ChecksumSHA256, 'base64').toString('hex');
          Object.assign(request.headers as object, { 'x-amz-content-sha256': digest });
        }
      }
      return next(args);
    },
    { step: 'build', name: 'signWithChecksum' },
  );
}
