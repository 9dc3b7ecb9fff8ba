// The explicit list of hosts that set-up knows.
import type { HostIntegration } from './host.ts'
import { claudeCode } from './hosts/claude-code.ts'
import { codex } from './hosts/codex.ts'
import { openCode } from './hosts/open-code.ts'

export const hosts: readonly HostIntegration[] = [openCode, claudeCode, codex]
