import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';

/** Whether the people and the pods that the plan names can get the roles that are for them, and what they are for. */
export function checkAccess(plan: CheckedPlan): Finding[] {
  return [...checkIssuers(plan), ...checkBreakGlass(plan)];
}

/** IAM roles for service accounts: which cluster has which issuer is only seen by the region in the issuer's name. */
function checkIssuers({ kubernetes, regions, settings, environment }: CheckedPlan): Finding[] {
  const { identity } = kubernetes;
  if (!identity) return [];
  const path = `${settings.kubernetes?.identity ? `environments.${environment}.` : ''}kubernetes.identity`;
  const issuers = [
    { key: 'issuer', issuer: identity.issuer, region: regions.primary },
    { key: 'replicaIssuer', issuer: identity.replicaIssuer, region: regions.replica },
  ] as const;
  const elsewhere = issuers.flatMap(({ key, issuer, region }): Finding[] => {
    const [, found] = /^oidc\.eks\.([a-z0-9-]+)\.amazonaws\.com\//.exec(issuer) ?? [];
    if (found === undefined || found === region) return [];
    return [
      {
        code: 'TM850',
        severity: 'error',
        path: `${path}.${key}`,
        message: `the issuer is that of a cluster in ${found}, but it is for the pods in ${region}, none of which would get a role`,
        value: issuer,
        remedy: `write what 'aws eks describe-cluster --region ${region} --query cluster.identity.oidc.issuer' says for the cluster there`,
      },
    ];
  });
  if (elsewhere.length > 0 || identity.issuer !== identity.replicaIssuer) return elsewhere;
  return [
    {
      code: 'TM851',
      severity: 'error',
      path: `${path}.replicaIssuer`,
      message: 'both clusters have one issuer, which no two clusters of EKS have',
      value: identity.replicaIssuer,
      remedy:
        'write the issuer of the cluster in the replica region, or leave `identity` out for EKS Pod Identity',
    },
  ];
}

function checkBreakGlass({ access, settings, environment }: CheckedPlan): Finding[] {
  const { breakGlass } = access;
  if (!breakGlass) return [];
  const path = `${settings.access ? `environments.${environment}.` : ''}access.breakGlass`;
  return [
    ...breakGlass.principals.flatMap((name, index) =>
      name.startsWith('role/') ? [withoutFactor(`${path}.principals.${index}`, name)] : [],
    ),
    ...(breakGlass.bypassGovernance
      ? pointlessBypass(`${path}.bypassGovernance`, settings.lock)
      : []),
  ];
}

/** Roles that IAM Identity Center makes of its permission sets. */
const isIdentityCenter = (name: string): boolean =>
  name.startsWith('role/aws-reserved/') || /(^|\/)AWSReservedSSO_/.test(name);

const withoutFactor = (path: string, value: string): Finding => ({
  code: 'TM852',
  severity: 'error',
  path,
  message: `${
    isIdentityCenter(value)
      ? 'sessions of IAM Identity Center do not tell AWS of a second factor'
      : 'whoever is in a role has no second factor to give, and a session says nothing of one that was given before'
  }, which break-glass asks for: nobody could ever get it from there`,
  value,
  remedy:
    'name users of IAM that have a factor of their own, which nothing but emergencies are for; they also work while the identity provider does not',
});

function pointlessBypass(path: string, lock: CheckedPlan['settings']['lock']): Finding[] {
  if (lock === 'governance') return [];
  return [
    {
      code: 'TM853',
      severity: lock === 'compliance' ? 'error' : 'warning',
      path,
      message:
        lock === 'compliance'
          ? 'nobody can remove what is locked in compliance mode, and no role is given the permission'
          : 'the environment locks nothing, so there is nothing to go around',
      value: true,
      remedy: "leave bypassGovernance out, or write lock: 'governance' for the environment",
    },
  ];
}
