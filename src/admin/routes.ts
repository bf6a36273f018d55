import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { categoryRoutes } from './category-routes.ts'
import { commentRoutes } from './comment-routes.ts'
import { importRoutes } from './import-routes.ts'
import { itemApi } from './item-api.ts'
import { itemRoutes } from './item-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { orderRoutes } from './order-routes.ts'
import { postRoutes } from './post-routes.ts'

/** What admins do, in the one pool whose database account may write the market. */
export const admin = (context: Context) =>
  new Elysia({ name: 'admin' })
    .use(itemRoutes(context))
    .use(itemApi(context))
    .use(importRoutes(context))
    .use(orderRoutes(context))
    .use(categoryRoutes(context))
    .use(memberRoutes(context))
    .use(postRoutes(context))
    .use(commentRoutes(context))
