import { Elysia } from 'elysia'
import { direction, language, say } from '../../texts/say.ts'
import { OfflinePage } from '../../views/offline.tsx'
import type { Context } from '../context.ts'
import { pageContextWithout } from '../http/page-context.ts'
import { lookOf } from '../settings/look.ts'

/** Browsers look for another worker with each page; once a minute each is often enough. */
const minute = 'private, max-age=60'

/**
 * What a browser needs to keep the board as an app: what it is, what works in it, and what it shows offline.
 */
export const installed = (context: Context) =>
  new Elysia({ name: 'installed' })
    .get('/manifest.webmanifest', async () => {
      const { name } = await lookOf(context)
      const { url } = context.assets
      const icon = (file: string, sizes: string, purpose: 'any' | 'maskable') => ({
        ...{ src: url(file), sizes, type: 'image/png', purpose },
      })
      const manifest = {
        ...{ id: '/', start_url: '/', scope: '/', display: 'standalone' },
        ...{ name, short_name: [...name].slice(0, 12).join(''), lang: language(), dir: direction() },
        description: say('A community board where every like counts exactly once.'),
        ...{ theme_color: '#b3362b', background_color: '#fbf8f3' },
        icons: [
          icon('icon-192.png', '192x192', 'any'),
          icon('icon-512.png', '512x512', 'any'),
          icon('maskable-512.png', '512x512', 'maskable'),
        ],
      }
      return new Response(JSON.stringify(manifest), {
        headers: { 'content-type': 'application/manifest+json', 'cache-control': minute },
      })
    })

    .get(
      '/worker.js',
      () =>
        new Response(context.assets.worker, {
          headers: { 'content-type': 'text/javascript;charset=utf-8', 'cache-control': minute },
        }),
    )

    // What every browser keeps is nobody's own, whoever asked for it.
    .get('/offline', async ({ request }) => {
      await lookOf(context)
      const pageContext = {
        ...pageContextWithout(context, request),
        viewer: undefined,
        isViewerUnknown: false,
      }
      return OfflinePage({ pageContext })
    })
