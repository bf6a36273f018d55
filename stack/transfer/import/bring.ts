import type { Kind } from '../format.ts'
import { bringComments } from './bring/comments.ts'
import { bringItems, bringOrders, bringVariants } from './bring/market.ts'
import { bringFollows, bringMembers } from './bring/members.ts'
import {
  bringActions,
  bringAdminNotes,
  bringGonePosts,
  bringModeration,
  bringModeratorNotes,
  bringModerators,
  bringReports,
  bringRules,
} from './bring/moderation.ts'
import { bringPlaces } from './bring/places.ts'
import { bringCategories, bringLikes, bringPosts } from './bring/posts.ts'
import type { Bring } from './bring/rows.ts'
import { bringPickups, bringWindows } from './bring/windows.ts'

export const bringers: { [K in Kind]: Bring<K> } = {
  ...{ members: bringMembers, categories: bringCategories, posts: bringPosts, comments: bringComments },
  ...{ likes: bringLikes, items: bringItems, variants: bringVariants },
  ...{ windows: bringWindows, pickups: bringPickups, orders: bringOrders, follows: bringFollows },
  ...{ moderators: bringModerators, goneposts: bringGonePosts, moderation: bringModeration },
  ...{ adminnotes: bringAdminNotes, rules: bringRules, actions: bringActions },
  ...{ reports: bringReports, modnotes: bringModeratorNotes, places: bringPlaces },
}
