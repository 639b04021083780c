import type { App } from './app.ts'

/**
 * Stops taking connections, and resolves when everything that was asked is answered. A connection that is still busy
 * after `graceMs` is cut off: a client that sends its request drop by drop, or does not read its answer, would hold up
 * what is to be closed behind us until nobody is left to close it.
 */
export async function closeApp(app: App, graceMs: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), graceMs)
  try {
    await app.close()
  } finally {
    clearTimeout(cutOff)
  }
}
