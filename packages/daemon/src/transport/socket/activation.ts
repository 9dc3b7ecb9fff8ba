// systemd socket activation: a listening socket handed over as file descriptor 3 (sd_listen_fds(3)). The variables are
// handed in; who reads them from the environment must not pass them on to child processes.
import { AppError } from '../../kit/errors.ts'

export interface ActivationVariables {
  readonly LISTEN_PID?: string | undefined
  readonly LISTEN_FDS?: string | undefined
}

const firstListenFd = 3

/** The inherited descriptor, or null when there is none for this process. Raises config_invalid for more than one. */
export function activatedListenFd(
  { LISTEN_PID, LISTEN_FDS }: ActivationVariables,
  pid: number,
): number | null {
  if (LISTEN_PID === undefined || LISTEN_FDS === undefined) return null
  // Meant for a parent that did not clear its environment.
  if (LISTEN_PID !== String(pid)) return null
  if (LISTEN_FDS === '0') return null
  if (LISTEN_FDS !== '1') {
    throw new AppError(
      'config_invalid',
      `LISTEN_FDS is '${LISTEN_FDS}': the daemon takes one socket; keep a single ListenStream= in the socket unit`,
    )
  }
  return firstListenFd
}
