import { Html, staticFragment } from './html.ts'

const lines = {
  /** A board with a sheet that nothing stands on. */
  empty: 'M14 50V14h44v36M8 14h56M30 22h18v20H30zM34 28h10M34 33h6M20 50v8M52 50v8',
  /** A signpost whose arms lead to both sides. */
  lost: 'M36 58V8M36 14h20l6 6-6 6H36zM36 30H18l-6 6 6 6h18M26 58h20',
}

/** A line drawing beside a sentence, for whoever sees it. */
export const Drawing = staticFragment((of: keyof typeof lines) => (
  <svg class="icon drawing" viewBox="0 0 72 64" width="90" height="80" aria-hidden="true">
    <path d={lines[of]} />
  </svg>
))
