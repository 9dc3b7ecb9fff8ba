// The one wording for an id or session that is not here.
import { AppError } from '../kit/errors.ts'

export function noMemory(id: string): AppError {
  return new AppError('not_found', `no memory with id '${id}'; memory_recall and memory_list return ids`)
}

export function noSuchSession(sessionId: string): AppError {
  return new AppError('not_found', `no session '${sessionId}'; session_list returns the ones there are`)
}
