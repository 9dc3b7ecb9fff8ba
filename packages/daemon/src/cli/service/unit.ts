// The texts that tell a service manager how to run the daemon: a systemd user unit and a launchd property list. Pure.
import type { ProgramAndArguments } from '../daemon-command.ts'

export const serviceLabel = 'iai-mcp'
export const launchdLabel = 'org.iai-mcp.daemon'

export interface ServiceFacts {
  readonly command: ProgramAndArguments
  readonly dataDir: string
}

/** Hardening is what a user unit may ask for without root, and what git and a home directory still work with. */
export function systemdUnit({ command }: ServiceFacts): string {
  return `[Unit]
Description=iai-mcp, long-term memory for coding agents

[Service]
ExecStart=${command.map(systemdWord).join(' ')}
Restart=on-failure
RestartSec=5
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes
RestrictRealtime=yes
LockPersonality=yes

[Install]
WantedBy=default.target
`
}

/** Quoted for systemd: no specifier (%), variable ($) or escape of a path means anything. */
function systemdWord(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w./@:=+,%-]+$/.test(escaped) ? escaped : `"${escaped}"`
}

/** Interactive, because sessions wait for it; what can wait gives way inside the daemon. Its log has nobody who cuts it. */
export function launchdPlist({ command, dataDir }: ServiceFacts): string {
  const words = [...command, '--log-level', 'warn']
    .map((word) => `    <string>${xml(word)}</string>`)
    .join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${xml(`${dataDir}/daemon.log`)}</string>
</dict>
</plist>
`
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
