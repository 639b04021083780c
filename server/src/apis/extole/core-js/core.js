// Served to browsers as it is: no build step, no dependencies, ES2017.
;(() => {
  const script = document.currentScript
  const origin = new URL(script ? script.src : location.href).origin
  const tokenKey = `extole_token:${origin}`
  const codeParameter = script?.dataset?.codeParam || 'advocate_code'
  const landingCode = new URLSearchParams(location.search).get(codeParameter)
  // Calls of one page view follow one another: each goes out with the token that the one before it brought.
  let last = Promise.resolve()

  function storage(work) {
    // Where storage is blocked, cookies are all there is.
    try {
      return work(window.localStorage)
    } catch {
      return null
    }
  }

  function call(method, path, body) {
    const answer = last.then(async () => {
      const token = storage((local) => local.getItem(tokenKey))
      const text = body && JSON.stringify(body)
      const response = await fetch(origin + path, {
        method,
        credentials: 'include',
        headers: {
          ...(body && { 'Content-Type': 'application/json' }),
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        // Small ones outlive their page. Browsers refuse to keep more than 64 KiB alive.
        ...(body && { body: text, keepalive: text.length < 20000 }),
      })
      const next = response.headers.get('X-Extole-Token')
      if (next) storage((local) => local.setItem(tokenKey, next))
      const error = response.headers.get('X-Extole-Error-Message')
      if (error || !response.ok) throw new Error(error || `status ${response.status}`)
      return response
    })
    last = answer.catch(() => {})
    return answer
  }

  function withCode(data) {
    return landingCode ? { advocate_code: landingCode, ...data } : { ...data }
  }

  function at(value, path) {
    if (value === null || typeof value !== 'object') return undefined
    if (Object.hasOwn(value, path)) return value[path]
    return path.split('.').reduce((inner, name) => {
      const isThere = inner !== null && typeof inner === 'object' && Object.hasOwn(inner, name)
      return isThere ? inner[name] : undefined
    }, value)
  }

  function fill(element, data) {
    const textOf = (path) => {
      const value = at(data, path)
      return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
    }
    for (const node of element.querySelectorAll('[data-extole-text]'))
      node.textContent = textOf(node.dataset.extoleText)
    for (const node of element.querySelectorAll('[data-extole-href]')) {
      const link = textOf(node.dataset.extoleHref)
      if (/^https?:\/\//i.test(link)) node.setAttribute('href', link)
    }
  }

  function answerTo(callback, promise) {
    // An error of the page's own callback is the page's to see.
    promise.then((result) => callback?.(result)).catch(throwToPage)
  }

  function throwToPage(error) {
    setTimeout(() => {
      throw error
    })
  }

  function createZone(options, callback) {
    const { name, data, jwt } = options
    const element = options.element || (options.element_id && document.getElementById(options.element_id))
    const asked = call('POST', '/zones', { event_name: name, data: withCode(data), ...(jwt && { jwt }) })
    const result = asked
      .then(async (response) => {
        const creative = await response.json()
        if (element) fill(element, creative)
        return {
          name,
          data: creative,
          campaign_id: response.headers.get('X-Extole-Campaign'),
          event_id: response.headers.get('X-Extole-Input-Event-Id'),
        }
      })
      .catch((error) => ({ name, error: error.message }))
    answerTo(callback, result)
  }

  function event(name, data, callback) {
    const sent = call('POST', '/events', { event_name: name, data: withCode(data) })
      .then(async (response) => ({ name, event_id: (await response.json()).id }))
      .catch((error) => ({ name, error: error.message }))
    answerTo(callback, sent)
  }

  function logout(callback) {
    const ended = call('DELETE', '/api/v4/token')
      .catch(() => {})
      .then(() => storage((local) => local.removeItem(tokenKey)))
      .then(() => ({}))
    last = ended
    answerTo(callback, ended)
  }

  const queued = window.extole?.q ?? []
  const extole = { createZone, event, logout, q: [] }
  window.extole = Object.assign(window.extole ?? {}, extole)
  for (const queuedCall of Array.from(queued)) {
    // One that cannot be made is the page's to see, and keeps none of the others from being made.
    try {
      const [name, parameters] = queuedCall
      if (Object.hasOwn(extole, name) && name !== 'q') extole[name](...Array.from(parameters ?? []))
    } catch (error) {
      throwToPage(error)
    }
  }
})()
