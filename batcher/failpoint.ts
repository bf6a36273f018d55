/** Where tests stop the process. */
export type FailpointName =
  | 'before journal commit'
  | 'after journal commit'
  | 'before mysql commit'
  | 'after mysql commit'
  | 'before journal acknowledges'
  | 'before journal requeues'
  | 'after journal requeues'
  | 'before journal follows'
  | 'after journal follows'
  | 'before fold commits'
  | 'after fold commits'

/** Called at each failpoint that is reached. */
export type Failpoint = (name: FailpointName) => void
