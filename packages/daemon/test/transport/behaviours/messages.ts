// What a request and an answer look like on the wire, byte for byte, so that a table reads as what is sent and what must
// come back. Nothing here is taken from the code under test.

export const host = 'Host: 127.0.0.1\r\n'
export const token = 'Authorization: Bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ\r\n'
const json = 'Content-Type: application/json\r\n'

export const get = (target: string, headers = host + token): string =>
  `GET ${target} HTTP/1.1\r\n${headers}\r\n`
export const postBytes = (body: Buffer, headers = host + token + json): Buffer =>
  Buffer.concat([Buffer.from(`POST /rpc HTTP/1.1\r\n${headers}Content-Length: ${body.length}\r\n\r\n`), body])
export const post = (body: string, headers?: string): Buffer => postBytes(Buffer.from(body), headers)
export const postHead = (headers: string): string => `POST /rpc HTTP/1.1\r\n${host}${token}${headers}\r\n`
export const failure = (text: string, code: string): string =>
  `{"error": ${JSON.stringify(text)}, "code": "${code}"}`
export const rpcFailure = (id: unknown, code: number, message: string, stable: string): object => ({
  jsonrpc: '2.0',
  id,
  error: { code, message, data: { code: stable } },
})
export const line = (message: unknown): string => `${JSON.stringify(message)}\n`

/** Answers that many requests share. */
export const unauthorized = {
  status: 401,
  body: failure('unauthorized', 'unauthorized'),
  headers: { 'www-authenticate': 'Bearer' },
}
export const refusedHost = { status: 403, body: failure('host refused', 'forbidden') }
export const refusedOrigin = { status: 403, body: failure('origin refused', 'forbidden') }
export const refusedSite = { status: 403, body: failure('cross-site request refused', 'forbidden') }
export const welcome = { status: 200, body: '{"ok": true}' }
export const bearer = (value: string): string => `${host}Authorization: ${value}\r\n`
