// `iai-mcp token`: prints or replaces the token that HTTP asks for. Works on the file, so no daemon is needed.
import { readToken, rotateToken, tokenFilePath } from '../transport/http/token.ts'
import type { Cli, CommonOptions } from './command.ts'
import { NotFoundError, UsageError } from './exit-codes.ts'

export function addToken(cli: Cli): void {
  cli
    .command('token [action]', 'Print the HTTP token, or replace it ("rotate")', ['dataDir'])
    .action(async (action: string | undefined, options: CommonOptions) => {
      if (action !== undefined && action !== 'rotate')
        throw new UsageError(`token knows one action, "rotate", not "${action}"`)
      const { dataDir } = cli.config(options)
      if (action === 'rotate') {
        rotateToken(dataDir)
        const path = tokenFilePath(dataDir)
        cli.show(options, { rotated: true, path }, [
          [`${path} holds a new token; the old one no longer works.`],
        ])
        return
      }
      const token = readToken(dataDir)
      if (token === null)
        throw new NotFoundError(`${dataDir} has no token yet: it is made when the daemon first serves HTTP`)
      cli.show(options, { token }, [[token]])
    })
}
