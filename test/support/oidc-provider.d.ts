/** The package brings no types of its own. */
declare module 'oidc-provider' {
  type Exchange = { path: string; url: string; body: unknown }

  export class Provider {
    constructor(issuer: string, settings: Record<string, unknown>)
    use(middleware: (exchange: Exchange, next: () => Promise<void>) => Promise<void>): void
    listen(port: number, host: string): void
  }
}
