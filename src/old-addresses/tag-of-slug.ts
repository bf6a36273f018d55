import { foldedTag, isTag } from '../text/tags.ts'

/** The tag that is made of how another board wrote one in its addresses; undefined where no tag can be. */
export function tagOfSlug(slug: string): string | undefined {
  const tag = foldedTag(slug.replaceAll(/[^\p{L}\p{N}\p{M}_]+/gu, '_').replaceAll(/^_+|_+$/g, ''))
  return isTag(tag) ? tag : undefined
}
