import { Elysia } from 'elysia'
import { AddressLinkPage } from '../../views/address.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { addressOfToken, confirmByLink } from './addresses.ts'

/**
 * Where the link leads that a mail brought to a new address. Following it does nothing yet: programs that
 * look through mail follow links, too.
 */
export const addressLinks = (context: Context) =>
  new Elysia({ name: 'address-links' })
    .get('/address/:token', async ({ params: { token }, request, set }) => {
      set.headers['cache-control'] = 'no-store'
      const { name, pending } = await addressOfToken(context, token)
      const pageContext = await pageContextFor(context, request)
      return AddressLinkPage({ pageContext, token, name, address: pending })
    })

    .post('/address/:token', async ({ params: { token }, request, set }) => {
      set.headers['cache-control'] = 'no-store'
      const linked = await addressOfToken(context, token)
      await confirmByLink(context, token, linked)
      const pageContext = await pageContextFor(context, request)
      return AddressLinkPage({ pageContext, name: linked.name, address: linked.pending })
    })
