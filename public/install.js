/** Has what is read kept for when the network is away, where browsers allow it: over TLS, on this machine. */

addEventListener('load', () => {
  navigator.serviceWorker?.register('/worker.js', { updateViaCache: 'all' }).catch(() => {
    // It is tried again with the next page.
  })
})
