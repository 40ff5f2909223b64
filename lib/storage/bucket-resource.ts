import * as s3 from 'aws-cdk-lib/aws-s3';

/** What the construct makes: it has properties that the construct does not know, or sets by means of a Lambda. */
export function bucketResource({ node }: s3.Bucket): s3.CfnBucket {
  const { defaultChild } = node;
  if (defaultChild instanceof s3.CfnBucket) return defaultChild;
  throw new TypeError(`the resource of ${node.path} is not an AWS::S3::Bucket`);
}

/** Tells EventBridge of what happens in it. */
export function publishEvents(bucket: s3.Bucket): void {
  bucketResource(bucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}
