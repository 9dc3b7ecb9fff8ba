// Unit files: what they say, and what the system's own checker says of them.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { serviceManager } from '../../src/cli/service/manager.ts'
import { launchdPlist, systemdUnit } from '../../src/cli/service/unit.ts'

const facts = (...args: string[]) => ({
  command: [process.execPath, ...args] as [string, ...string[]],
  dataDir: '/home/ada/.iai-mcp',
})

describe('the systemd unit', () => {
  test('quotes what systemd would read otherwise', () => {
    const unit = systemdUnit(facts('/opt/with space/%h/$HOME/"q"\\/x.js', 'daemon', '--http'))
    expect(unit).toContain(
      `ExecStart=${process.execPath} "/opt/with space/%%h/$$HOME/\\"q\\"\\\\/x.js" daemon --http\n`,
    )
  })

  const analyser = spawnSync('systemd-analyze', ['--version']).status === 0
  test(`passes systemd-analyze verify (${analyser ? 'which is here' : 'which is not here: only its lines are looked at'})`, () => {
    const folder = tempDir()
    const script = join(folder, 'with space and 100%.js')
    writeFileSync(script, '')
    const text = systemdUnit(facts(script, 'daemon', '--http'))
    expect(text).toMatch(/^\[Unit\]\n[^\n]+\n\n\[Service\]\nExecStart=/)
    expect(text).toContain('\n[Install]\nWantedBy=default.target\n')
    if (!analyser) return
    const unit = join(folder, 'iai-mcp.service')
    writeFileSync(unit, text)
    const options = {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder },
    } as const
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], options)
    // Complaints about other units of the machine are not ours.
    expect(stderr.split('\n').filter((line) => line.includes('iai-mcp'))).toEqual([])
    expect(status).toBe(0)
  })
})

test('the property list of launchd is well-formed and escapes', () => {
  const text = launchdPlist(facts('/opt/a & b <c>.js', 'daemon'))
  expect(text).toContain('<string>/opt/a &amp; b &lt;c&gt;.js</string>')
  const opened = [...text.matchAll(/<(\w+)[^>/]*>/g)].map(([, name]) => name)
  const closed = [...text.matchAll(/<\/(\w+)>/g)].map(([, name]) => name)
  expect(opened.sort()).toEqual(closed.sort())
})

test('other systems are told what to do instead', () => {
  expect(() => serviceManager({ platform: 'win32', home: '/', configFolder: '/', uid: 0 })).toThrow(
    'iai-mcp daemon',
  )
})
