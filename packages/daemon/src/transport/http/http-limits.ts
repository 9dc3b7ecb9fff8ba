// The limits of the HTTP transport under the names it uses; a test may narrow them, the daemon never does.
import { limits } from '../../kit/limits.ts'

export interface HttpLimits {
  readonly bodyBytesMax: number
  readonly headerBytesMax: number
  readonly headersWaitMsMax: number
  readonly bodyWaitMsMax: number
  readonly idleMsMax: number
  readonly lingerMsMax: number
  readonly pipelinedMax: number
  readonly drainMsMax: number
  readonly connectionsMax: number
  readonly connectionQuietMsMin: number
  readonly requestsInFlightMax: number
}

export const httpLimits: HttpLimits = {
  bodyBytesMax: limits.httpBodyBytesMax,
  headerBytesMax: limits.httpHeaderBytesMax,
  headersWaitMsMax: limits.httpHeadersWaitMsMax,
  bodyWaitMsMax: limits.httpBodyWaitMsMax,
  idleMsMax: limits.httpIdleMsMax,
  lingerMsMax: limits.httpLingerMsMax,
  pipelinedMax: limits.httpPipelinedMax,
  drainMsMax: limits.drainMsMax,
  connectionsMax: limits.connectionsMax,
  connectionQuietMsMin: limits.connectionQuietMsMin,
  requestsInFlightMax: limits.requestsInFlightMax,
}
