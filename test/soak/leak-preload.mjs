// Loaded into a daemon by `npm run soak -- --leak-bytes N`: holds that much for every answer that it writes, for good, so
// that the soak can be seen to notice a leak.
import { Socket } from 'node:net'

const bytes = Number(process.env.IAI_SOAK_LEAK_BYTES)
const held = []
const { write } = Socket.prototype
Socket.prototype.write = function (...args) {
  held.push(new Array(Math.ceil(bytes / 8)).fill(Math.random()))
  return write.apply(this, args)
}
