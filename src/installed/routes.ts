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
      const { accent, icon: own, name } = await lookOf(context)
      const { url } = context.assets
      const icon = (file: string, side: number, purpose: 'any' | 'maskable') => ({
        ...{ src: file, sizes: `${side}x${side}`, type: 'image/png', purpose },
      })
      const at = (size: string, usual: string) => (own ? `/logos/${own}-${size}.png` : url(usual))
      const manifest = {
        ...{ id: '/', start_url: '/', scope: '/', display: 'standalone' },
        ...{ name, short_name: [...name].slice(0, 12).join(''), lang: language(), dir: direction() },
        description: say('A community board where every like counts exactly once.'),
        ...{ theme_color: accent || '#b3362b', background_color: '#fbf8f3' },
        icons: [
          icon(at('192', 'icon-192.png'), 192, 'any'),
          icon(at('512', 'icon-512.png'), 512, 'any'),
          icon(at('maskable', 'maskable-512.png'), 512, 'maskable'),
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
