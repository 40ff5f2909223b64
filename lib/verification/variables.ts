/** Environment variable of the functions that verify: the bucket in which their steps tell each other what they found. */
export const WORK_BUCKET = 'TIDEMARK_WORK_BUCKET';
