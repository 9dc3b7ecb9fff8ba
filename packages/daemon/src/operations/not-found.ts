// The one wording for an id or session that is not here.
import { AppError } from '../kit/errors.ts'
import { toldName } from '../kit/told-name.ts'

export function noMemory(id: string): AppError {
  return new AppError(
    'not_found',
    `no memory with id '${toldName(id)}'; memory_recall and memory_list return ids`,
  )
}

export function noSuchSession(sessionId: string): AppError {
  return new AppError(
    'not_found',
    `no session '${toldName(sessionId)}'; session_list returns the ones there are`,
  )
}
