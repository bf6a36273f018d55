import { limits } from './edge-settings.ts'

/**
 * Settings of replicas, batcher and HAProxy: what `./agora up` was given of these reaches them, in containers
 * too.
 */
export const passedOn = [
  ...[
    'AGORA_IMAGE',
    'LIKES',
    'ACTS_API',
    'LOGS',
    'CHAOS',
    'DRAIN_MS',
    'GRACE_SECONDS',
    'LOG_LEVEL',
    'MAX_BODY_BYTES',
    'SAMPLE',
    'CATEGORIES',
    'CURRENCY',
    'READ',
    'SIGN_UP',
    'SITE_NAME',
    'SHOW_REPLICA',
    'MODERATION_NAMES',
    'REQUIRE_2FA',
    'OIDC_ISSUER',
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
    'OIDC_NAME',
    'OIDC_ONLY',
    'OIDC_GROUPS',
    'OIDC_ADMINS',
    'OIDC_MODERATORS',
    'DATABASE_CONNECTIONS',
    'SLOW_REQUEST_MS',
    'MAIL',
    'SITE_URL',
    'MAIL_FROM',
    'COURIER_MAX_MB',
    'PUSH',
  ],
  ...['FLUSH_LIKES', 'FLUSH_SECONDS', 'FLUSH_EVERY_MS', 'MAX_WAITING', 'MAX_KEYS'],
  ...['PASSWORDS_AT_ONCE', 'PICTURES_AT_ONCE', 'PICTURE_SECONDS', 'LIVE_STREAMS'],
  ...['RATE_LIMITS', ...limits],
  ...['TRUSTED_PROXIES', 'PROXY_PROTOCOL', 'OPEN_IN_PUBLIC'],
  ...['TLS_FOLDER', 'TLS_CERT', 'TLS_PORT', 'TLS_AT', 'ACME_THUMBPRINT'],
] as const
