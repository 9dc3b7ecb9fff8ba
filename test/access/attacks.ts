// The attacks of hostile-page.js by name, and what tells that one worked: the page read something, or the other side
// took in what the page planted.

export interface Attack {
  readonly name: string
  readonly succeedsBy: 'reading' | 'planting'
  /** The browser itself keeps other origins from reading what this loads; only a rebound name could. */
  readonly needsSameOrigin?: boolean
}

const reading = (name: string): Attack => ({ name, succeedsBy: 'reading' })
const planting = (name: string): Attack => ({ name, succeedsBy: 'planting' })

export const attacks: readonly Attack[] = [
  reading('fetch, simple'),
  planting('fetch, JSON to /rpc'),
  planting('fetch, JSON to /rpc as text'),
  planting('fetch, JSON to /rpc as no type at all'),
  planting('fetch, a message to /mcp'),
  planting('PUT and DELETE'),
  planting('form post, urlencoded'),
  planting('form post, text that reads as JSON'),
  planting('form post, multipart'),
  planting('sendBeacon'),
  reading('fetch with an Authorization header'),
  reading('XMLHttpRequest'),
  reading('image'),
  reading('script'),
  reading('module import'),
  reading('style sheet'),
  { ...reading('frame'), needsSameOrigin: true },
  { ...reading('object'), needsSameOrigin: true },
  reading('EventSource'),
  reading('WebSocket'),
]

export const poison = 'planted by a web page'
