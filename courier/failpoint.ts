/** Where tests stop the process. */
export type FailpointName =
  | 'before taking'
  | 'after taking'
  | 'before sending'
  | 'after sending'
  | 'after commit'
  | 'before telling'
  | 'while telling'
  | 'after telling'
  | 'while asking'
  | 'after asking'
  | 'while telling of what is low'
  | 'while telling of stock'
  | 'while telling of a window'
  | 'while digesting'
  | 'after digesting'

/** Called at each failpoint that is reached. */
export type Failpoint = (name: FailpointName) => void
