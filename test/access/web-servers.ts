// The other side of the browser tests: the web server that hostile pages come from, and a port that lets everybody in,
// on which every attack must work, or the attack would prove nothing.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface WebServer {
  readonly port: number
  /** Bodies that were sent to it, decoded. */
  readonly bodies: readonly string[]
  stop(): Promise<void>
}

const bait = 'what the open port says'

const script = readFileSync(new URL('hostile-page.js', import.meta.url))
const page = '<!doctype html><meta charset="utf-8"><body><script src="/hostile-page.js"></script></body>'

/** `/page` from any name; `/sandboxed` the same with an opaque origin; all else is a 404. Port 0: any. */
export function startHostileWeb(port = 0): Promise<WebServer> {
  return listen(port, (request, response) => servePage(request, response) || response.writeHead(404).end())
}

/** The same pages, and for everything else whatever the browser would like, readable by anybody. */
export function startOpenPort(): Promise<WebServer> {
  return listen(0, (request, response) => {
    if (servePage(request, response)) return
    const wanted = String(request.headers['sec-fetch-dest'] ?? '')
    const [type, body] = answersByDestination[wanted] ?? ['text/plain', bait]
    const accepts = String(request.headers.accept ?? '')
    const stream = accepts.includes('text/event-stream') && wanted === 'empty'
    response.writeHead(200, {
      'Content-Type': stream ? 'text/event-stream' : type,
      'Access-Control-Allow-Origin': request.headers.origin ?? '*',
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
      'Access-Control-Allow-Headers': String(request.headers['access-control-request-headers'] ?? '*'),
      'Access-Control-Allow-Private-Network': 'true',
    })
    response.end(stream ? `data: ${bait}\n\n` : body)
  })
}

const answersByDestination: Readonly<Record<string, readonly [type: string, body: string]>> = {
  image: ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'],
  script: ['text/javascript', `globalThis.leaked = '${bait}'`],
  style: ['text/css', 'body { color: red }'],
}

function servePage(request: IncomingMessage, response: ServerResponse): boolean {
  const path = (request.url ?? '').split('?', 1)[0]
  if (path === '/hostile-page.js') {
    response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
    return true
  }
  if (path !== '/page' && path !== '/sandboxed') return false
  const sandbox = { 'Content-Security-Policy': 'sandbox allow-scripts allow-forms' }
  response
    .writeHead(200, { 'Content-Type': 'text/html', ...(path === '/sandboxed' ? sandbox : {}) })
    .end(page)
  return true
}

async function listen(
  port: number,
  serve: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<WebServer> {
  const bodies: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (chunks.length > 0) bodies.push(decoded(Buffer.concat(chunks).toString('utf8')))
    serve(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const protocol = request.headers['sec-websocket-protocol']?.split(',', 1)[0]
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}`,
      ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ]
    socket.on('error', () => {})
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    bodies,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As the other side would understand it; a form says spaces as plus signs. */
function decoded(body: string): string {
  try {
    return decodeURIComponent(body.replaceAll('+', ' '))
  } catch {
    return body
  }
}
