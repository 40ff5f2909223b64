import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../../k8s/agent/bundle.ts';
import { restoreServiceAccount } from '../../../lib/access/service-accounts.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan } from '../compiled-plan.ts';
import { named, synthesised } from '../synthesised.ts';
import { startTokenService, type TokenService } from './token-service.ts';

const BUCKET = 'shop-production-backups';

let folder: TempFolder;
let s3: S3Server;
let sts: TokenService;
let program: string;
let role: string;

/** What the webhook of IAM roles for service accounts makes of the annotation. */
let webhook: Record<string, string>;

beforeAll(async () => {
  [folder, s3] = await Promise.all([tempFolder('web-identity'), startS3()]);
  await s3.createBucket(BUCKET);
  const plan = compiledPlan();
  const issuers = { primary: 'oidc.example.com/1', replica: 'oidc.example.com/2' };
  const compiled = { ...plan, kubernetes: { ...plan.kubernetes, issuers } };
  const account = named(
    await synthesised(compiled),
    'ServiceAccount',
    restoreServiceAccount('orders'),
  );
  role = account.metadata?.annotations?.['eks.amazonaws.com/role-arn'] ?? '';
  sts = await startTokenService(s3, { [role]: 'signed by the cluster' });
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  await writeFile(join(folder.path, 'token'), 'signed by the cluster');
  await writeFile(join(folder.path, 'other-token'), 'signed by somebody else');
  webhook = {
    AWS_ROLE_ARN: role,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder.path, 'token'),
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
  };
  program = await bundle(folder.path);
});

afterAll(async () => {
  await Promise.all([s3?.stop(), sts?.stop()]);
  await folder?.remove();
});

async function list(env: Record<string, string>): Promise<{ code: unknown; output: string }> {
  const args = ['list', '--config', join(folder.path, 'plan.json'), '--source', 'orders'];
  const result = await promisify(execFile)(
    process.execPath,
    [program, ...args, '--store', s3.url(BUCKET)],
    {
      cwd: folder.path,
      env: { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: s3.region, ...sts.env, ...env },
    },
  ).catch((error: { code: unknown; stdout: string; stderr: string }) => error);
  return {
    code: 'code' in result ? result.code : EXIT.ok,
    output: result.stdout + result.stderr,
  };
}

describe('a pod with a role for its service account', () => {
  test('reads the bucket as the role that the annotation names', async () => {
    const before = sts.assumed.length;
    expect(await list(webhook)).toMatchObject({ code: EXIT.ok });
    expect(sts.assumed.slice(before)).toEqual([role]);
  });

  test('has no other credentials to fall back to', async () => {
    const refused = await list({
      ...webhook,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder.path, 'other-token'),
    });
    expect(refused.code).toBe(EXIT.failed);
    expect(refused.output).toMatch(/credentials|not authorized/i);
    expect(await list({})).toMatchObject({ code: EXIT.failed });
  });
});
