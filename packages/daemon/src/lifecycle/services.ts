// Starts services in order, all or none, and stops them without letting one failure keep the others running.
import type { Log } from '../kit/log.ts'
import type { Service } from '../kit/service.ts'

/** Rejects with the first failure, after stopping what had been started. */
export async function startAll(services: readonly Service[], log: Log): Promise<void> {
  const started: Service[] = []
  for (const service of services) {
    try {
      await service.start()
      started.push(service)
    } catch (error) {
      await stopAll(started, log)
      throw error
    }
  }
}

/** All at once: they share one drain time. Failures are logged. */
export async function stopAll(services: readonly Service[], log: Log): Promise<void> {
  const outcomes = await Promise.allSettled(services.map((service) => service.stop()))
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') log.error('service_stop_failed', outcome.reason)
}
