/** How the second copy comes to be; of the primary bucket only. */
export function replicationRules(to: string, withinMinutes: number | null): string[] {
  const time =
    withinMinutes === null
      ? []
      : [
          `Destination.ReplicationTime.Status == 'Enabled' <<copying to ${to} must have a time limit>>`,
          `Destination.ReplicationTime.Time.Minutes <= ${withinMinutes} <<copying to ${to} must end within ${withinMinutes} minutes>>`,
        ];
  const clauses = [
    `Filter.Prefix == '' <<everything must be copied to ${to}>>`,
    `Filter.TagFilter !exists <<everything must be copied to ${to}>>`,
    `Filter.And !exists <<everything must be copied to ${to}>>`,
    `SourceSelectionCriteria.SseKmsEncryptedObjects.Status == 'Enabled' <<encrypted objects must be copied to ${to}>>`,
    `Destination.EncryptionConfiguration.ReplicaKmsKeyID exists <<the copy must be encrypted with the key of ${to}>>`,
    `Destination.StorageClass !exists <<a copy must have the storage class of its original in ${to}>>`,
    `DeleteMarkerReplication.Status == 'Disabled' <<what is deleted must stay in ${to}>>`,
    ...time,
  ];
  return [
    `rule primary_is_copied_to_the_other_region when %primary !empty
{
  let copying = %primary.Properties.ReplicationConfiguration.Rules[
    Status == 'Enabled'
    Destination.Bucket == 'arn:aws:s3:::${to}' ]
  %copying !empty <<everything must be copied to ${to}>>
  %primary.Properties.ReplicationConfiguration.Rules[*].Status exists <<every rule must be written out, not chosen on deployment>>
  %copying
  {
${clauses.map((clause) => `    ${clause}`).join('\n')}
  }
}`,
  ];
}
