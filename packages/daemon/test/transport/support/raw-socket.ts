// A client for the Unix socket that sends exactly the bytes it is given and collects whole lines.
import { connect } from 'node:net'

/** Sends `bytes`, and resolves with the lines that came back once there are `lines` of them or the server closed. */
export async function talk(
  path: string,
  bytes: string | Buffer,
  lines = 1,
  { halfClose = false, waitMs = 15_000 }: { halfClose?: boolean; waitMs?: number } = {},
): Promise<readonly string[]> {
  const socket = connect({ path, allowHalfOpen: true })
  try {
    return await new Promise((resolve) => {
      let text = ''
      const done = (): void => {
        clearTimeout(timer)
        resolve(text.split('\n').filter((line) => line !== ''))
      }
      const timer = setTimeout(done, waitMs)
      socket.on('error', done).on('end', done)
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
        if (text.split('\n').length > lines) done()
      })
      socket.write(bytes)
      if (halfClose) socket.end()
    })
  } finally {
    socket.destroy()
  }
}
