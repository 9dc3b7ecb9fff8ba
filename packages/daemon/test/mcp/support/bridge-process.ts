// `iai-mcp mcp` from the sources, as the bin would start it.
import { runBridgeArguments } from '../../../src/cli/bridge/bridge-entry.ts'

if (!(await runBridgeArguments(process.argv.slice(2)))) process.exitCode = 2
