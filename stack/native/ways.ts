/** Ports through which programs reach the stores, where these are not the stores' own. */
export type Ways = Record<'batcher' | 'replicas', { mysql: number; redis: number }>
