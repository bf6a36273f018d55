/** Where tests stop the process. */
export type FailpointName =
  | 'before journal commit'
  | 'after journal commit'
  | 'before mysql commit'
  | 'after mysql commit'
  | 'before journal forgets'
  | 'before journal takes back'
  | 'after journal takes back'
  | 'before journal follows'
  | 'after journal follows'
  | 'before fold commits'
  | 'after fold commits'
export type Failpoint = (point: FailpointName) => void
