import type { PostPicture } from '../src/posts/queries.ts'
import { Html } from './html.ts'

/** A post's picture. The place it takes is known before it is there, so nothing jumps. */
export const Picture = ({ of, size }: { of: PostPicture; size: 'small' | 'large' }) =>
  of.imageHash === null ? (
    ''
  ) : (
    <img
      class={`picture ${size}`}
      src={`/images/${of.imageHash}-${size}.webp`}
      alt={of.imageAlt}
      width={of.imageWidth ?? undefined}
      height={of.imageHeight ?? undefined}
      loading={size === 'small' ? 'lazy' : undefined}
      decoding="async"
    />
  )
