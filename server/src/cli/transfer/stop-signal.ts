/** Aborts at the first SIGINT or SIGTERM, so that what is under way ends cleanly; the second one ends the process. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}
